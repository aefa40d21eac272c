import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

const attendanceWritten = z.object({
  userId: z.number(),
  /** Milliseconds since 1970, like all times here. */
  checkedInAt: z.number(),
  checkedInBy: z.number(),
  checkedOutAt: z.number().nullable(),
  checkedOutBy: z.number().nullable(),
  correctedAt: z.number().optional(),
});

/** Somebody whose attendance was just written, and who wrote it. */
export type AttendanceWritten = z.output<typeof attendanceWritten>;

/**
 * Rows of an event are in the database: `brought` are those written by somebody else, `own` those that students wrote
 * themselves, of whom another device may know nothing yet.
 */
export const attendanceCommitted = defineSignal(
  'committed',
  z.object({
    eventId: z.number(),
    brought: z.array(attendanceWritten),
    own: z.array(attendanceWritten).optional(),
  }),
);

export type AttendanceCommitted = z.output<(typeof attendanceCommitted)['schema']>;

/** An admin changed somebody’s attendance by hand. */
export const attendanceCorrected = defineSignal(
  'corrected',
  z.object({ eventId: z.number(), userId: z.number(), revoked: z.boolean() }),
);
