import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

/** Locks by name with their ends, milliseconds since 1970; the names are those of `digit-limits.ts`. */
export const digitLocksSet = defineSignal(
  'digitLocksSet',
  z.object({ locks: z.array(z.tuple([z.string(), z.number()])) }),
);
