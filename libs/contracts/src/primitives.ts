import { z } from 'zod';
import { idInPath } from './rules.ts';

/** A database id: a positive integer, small enough for a JavaScript number and a MySQL INT UNSIGNED. */
export const id = z.int().min(1).max(4_294_967_295).meta({ example: 1 });

/** An id in a path, where everything arrives as text. */
export const pathId = z.string().regex(idInPath, 'must be a positive whole number').transform(Number).pipe(id);

/** A moment: ISO 8601, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ example: '2026-11-22T09:00:00.000Z' });

const firstInstant = Date.UTC(2000, 0);
const endOfInstants = Date.UTC(2100, 0);

/** A moment as an admin may write it: any offset, fractions optional. */
export const looseInstant = z.iso
  .datetime({ offset: true, abort: true, error: 'must be a date and time such as 2026-11-22T09:00:00.000Z' })
  // JavaScript and MySQL read the years before 100 in their own ways, and an offset may lead beyond the last one.
  .refine((text) => Date.parse(text) >= firstInstant && Date.parse(text) < endOfInstants, {
    error: 'must lie between the years 2000 and 2100',
  })
  .meta({ example: '2026-11-22T09:00:00.000Z' });

/** The last four digits of a username. They confirm somebody who is already known. */
export const digits = z
  .string()
  .regex(/^\d{4}$/, 'must be exactly four digits')
  .meta({ example: '0417' });

export const displayName = z.string().meta({ example: 'Zoë O’Neill' });
