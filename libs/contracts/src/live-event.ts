import { z } from 'zod';
import { liveEventStates } from './rules.ts';
import { displayName, id, instant } from './primitives.ts';

const count = z.int().min(0);
const revision = z.int().min(0);

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
    revision: revision.meta({
      description: 'Rises with every change of this attendance; 0 while it is not committed. The higher one is newer.',
    }),
  })
  .meta({ id: 'Attendance' });
export type AttendanceView = z.infer<typeof attendanceView>;

/** `checkedIn` is the total attendance. `watching` counts students with an open connection and is never attendance. */
export const counts = z.object({ checkedIn: count, checkedOut: count, watching: count }).meta({ id: 'Counts' });
export type Counts = z.infer<typeof counts>;

export const eventSummary = z.object({
  id,
  title: z.string().meta({ example: 'Winter assembly' }),
  state: liveEventState,
  preparesAt: instant.meta({ description: 'From then on a page may test its connection and check digits.' }),
  opensAt: instant,
  startsAt: instant,
  endsAt: instant,
  closesAt: instant,
  minimumKbps: z.int().meta({ example: 500, description: '1 kbps is 1,000 bit/s.' }),
  serverTime: instant,
  revision: revision.meta({
    description: 'Rises with every change that an admin makes to the event. The higher one is newer.',
  }),
  counts,
});

export const eventWithoutAttendance = eventSummary.meta({ id: 'EventWithoutAttendance' });
export type EventWithoutAttendance = z.infer<typeof eventWithoutAttendance>;

/**
 * How the pages that wait for the opening share the time before and after it. The same for everybody; each page
 * multiplies the windows by its own `place`.
 */
export const openingWindows = z
  .object({
    waiting: count.meta({ description: 'Students with an open connection before check-in opens.' }),
    prepareWithinMilliseconds: count.meta({
      description:
        'A page begins to prepare at the later of now and `preparesAt`, plus `place` times this: connection test and classmates.',
    }),
    sendWithinMilliseconds: count.meta({
      description: 'A prepared page sends its check-in at `opensAt` plus `place` times this.',
    }),
  })
  .meta({ id: 'OpeningWindows' });
export type OpeningWindows = z.infer<typeof openingWindows>;

export const opening = openingWindows
  .extend({
    place: z.number().min(0).lt(1).meta({
      example: 0.417,
      description: 'Random, and the same after a reload and from every server process.',
    }),
  })
  .meta({ id: 'Opening' });
export type Opening = z.infer<typeof opening>;

export const eventView = eventSummary
  .extend({
    attendance: attendanceView.nullable(),
    attendanceRevision: revision.meta({
      description:
        'The revision of `attendance`, also where it is null: 0 before a check-in, higher once it was revoked.',
    }),
    opening: opening.optional().meta({
      description: 'Before check-in opens, for who asked: in a `view` message, or in an answer with `?opening=1`.',
    }),
  })
  .meta({ id: 'EventView' });
export type EventView = z.infer<typeof eventView>;

export const streamView = z
  .object({
    url: z.string().meta({ example: '/demo-stream/live.m3u8' }),
    fallbackUrl: z.string().nullable(),
  })
  .meta({ id: 'Stream' });
export type StreamView = z.infer<typeof streamView>;
