import { z } from 'zod';
import { liveEventStates } from './rules.ts';
import { displayName, id, instant } from './primitives.ts';

export const liveEventState = z.enum(liveEventStates);

export const person = z.object({ id, displayName }).meta({ id: 'Person' });
export type Person = z.infer<typeof person>;

export const attendanceView = z
  .object({
    checkedInAt: instant,
    checkedInBy: person,
    checkedOutAt: instant.nullable(),
    checkedOutBy: person.nullable(),
    committed: z.boolean().meta({
      description: 'false while the check-in is accepted and durable, but not yet in the database.',
    }),
  })
  .meta({ id: 'Attendance' });
export type AttendanceView = z.infer<typeof attendanceView>;

const count = z.int().min(0);

/** `checkedIn` is the total attendance. `watching` counts students with an open connection and is never attendance. */
export const counts = z.object({ checkedIn: count, checkedOut: count, watching: count }).meta({ id: 'Counts' });
export type Counts = z.infer<typeof counts>;

export const eventSummary = z.object({
  id,
  title: z.string().meta({ example: 'Winter assembly' }),
  state: liveEventState,
  opensAt: instant,
  startsAt: instant,
  endsAt: instant,
  closesAt: instant,
  minimumKbps: z.int().meta({ example: 500, description: '1 kbps is 1,000 bit/s.' }),
  serverTime: instant,
  counts,
});

export const eventWithoutAttendance = eventSummary.meta({ id: 'EventWithoutAttendance' });
export type EventWithoutAttendance = z.infer<typeof eventWithoutAttendance>;

export const eventView = eventSummary.extend({ attendance: attendanceView.nullable() }).meta({ id: 'EventView' });
export type EventView = z.infer<typeof eventView>;

export const streamView = z
  .object({
    url: z.string().meta({ example: '/demo-stream/live.m3u8' }),
    fallbackUrl: z.string().nullable(),
  })
  .meta({ id: 'Stream' });
export type StreamView = z.infer<typeof streamView>;
