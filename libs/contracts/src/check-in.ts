import { z } from 'zod';
import { person, streamView } from './live-event.ts';
import { maximumClassmates } from './rules.ts';
import { digits, displayName, id, instant } from './primitives.ts';

export const classmate = z
  .object({ id, displayName, className: z.string(), checkedIn: z.boolean() })
  .meta({ id: 'Classmate' });
export type Classmate = z.infer<typeof classmate>;

/** Asked with `search`, even an empty one, the list is bounded; without it holds everybody, as pages of before expect. */
export const classmatesQuery = z.object({ search: z.string().max(100).optional() });
export type ClassmatesQuery = z.infer<typeof classmatesQuery>;

export const digitCheck = z.strictObject({ userId: id, digits }).meta({ id: 'DigitCheck' });
export type DigitCheck = z.infer<typeof digitCheck>;

export const digitCheckResult = z
  .object({ outcome: z.enum(['match', 'already-checked-in', 'wrong-digits']) })
  .meta({ id: 'DigitCheckResult' });
export type DigitCheckResult = z.infer<typeof digitCheckResult>;

const oncePerClassmate = (all: DigitCheck[]) => new Set(all.map(({ userId }) => userId)).size === all.length;

/** Of one classmate, or of several in one request. */
export const digitChecks = z
  .union([
    digitCheck,
    z.strictObject({
      checks: z.array(digitCheck).min(1).max(maximumClassmates).refine(oncePerClassmate, 'names one classmate twice'),
    }),
  ])
  .meta({ id: 'DigitChecks', example: { userId: 2, digits: '0093' } });
export type DigitChecks = z.infer<typeof digitChecks>;

/** Of several, in their order: a lock concerns one of them, and is no error of the request. */
export const digitCheckResults = z
  .object({
    results: z.array(
      z.object({
        userId: id,
        outcome: z.enum(['match', 'already-checked-in', 'wrong-digits', 'locked']),
        retryAfterSeconds: z.int().optional().meta({ description: 'Of a lock.' }),
      }),
    ),
  })
  .meta({ id: 'DigitCheckResults' });
export type DigitCheckResults = z.infer<typeof digitCheckResults>;

export const checkInRequest = z
  .strictObject({
    digits,
    classmates: z.array(digitCheck).max(maximumClassmates).refine(oncePerClassmate, 'names one classmate twice'),
    connection: z.strictObject({
      kbps: z
        .number()
        .min(0)
        .max(100_000_000)
        .meta({ example: 4200, description: 'Measured speed; 1 kbps is 1,000 bit/s.' }),
      bytes: z.int().min(0).max(100_000_000).meta({ example: 196_608, description: 'Loaded by the test.' }),
    }),
  })
  .meta({
    id: 'CheckIn',
    example: {
      digits: '0417',
      classmates: [{ userId: 2, digits: '0093' }],
      connection: { kbps: 4200, bytes: 196_608 },
    },
  });
export type CheckInRequest = z.infer<typeof checkInRequest>;

const written = z.object({
  userId: id,
  outcome: z.enum(['checked-in', 'already-checked-in']),
  checkedInAt: instant,
  checkedInBy: person,
});
/** `refused`: the digits are right, and this student cannot be checked in; their school knows why. */
const refused = z.object({ userId: id, outcome: z.enum(['wrong-digits', 'locked', 'refused']) });
/** Whom earlier requests of mine checked in and this one does not name: their answer may have been lost. */
const broughtBefore = z.array(written).optional();
const queued = z.object({ userId: id, outcome: z.literal('queued') });
/** With `?stream=1`: whoever is in goes on to the stream, and need not ask for its address. */
const stream = streamView.optional();

/** 200: what is really in the database. */
export const checkInCommitted = z
  .object({ committed: z.literal(true), results: z.array(z.union([written, refused])), broughtBefore, stream })
  .meta({ id: 'CheckInCommitted' });
/** 202: accepted and durable; the database has not confirmed it in time. */
export const checkInQueued = z
  .object({ committed: z.literal(false), results: z.array(z.union([queued, refused])), stream })
  .meta({ id: 'CheckInQueued' });

export type CheckInCommitted = z.infer<typeof checkInCommitted>;
export type CheckInQueued = z.infer<typeof checkInQueued>;
export type CheckInAnswer = CheckInCommitted | CheckInQueued;
export type CheckInOutcome = CheckInAnswer['results'][number]['outcome'];
