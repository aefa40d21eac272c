import { z } from 'zod';
import { attendanceView, counts, eventView, eventWithoutAttendance } from './live-event.ts';
import { id } from './primitives.ts';

/**
 * What the server says on `GET /api/live?eventId=…`; the page says nothing. With `&view=1` a `view` comes once, soon
 * after the connection: what happened before it was there was told to nobody.
 */
export const liveMessage = z
  .discriminatedUnion('type', [
    counts.extend({ type: z.literal('counts'), eventId: id, seq: z.int().min(0) }),
    z.object({ type: z.literal('view'), event: eventView }),
    z.object({ type: z.literal('event'), event: eventWithoutAttendance }),
    z.object({ type: z.literal('attendance'), attendance: attendanceView }),
  ])
  .meta({ id: 'LiveMessage' });
export type LiveMessage = z.infer<typeof liveMessage>;
export type CountsMessage = Extract<LiveMessage, { type: 'counts' }>;
