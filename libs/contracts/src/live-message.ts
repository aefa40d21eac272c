import { z } from 'zod';
import { attendanceView, counts, eventView, eventWithoutAttendance, openingWindows, streamView } from './live-event.ts';
import { id, instant } from './primitives.ts';

/**
 * What the server says on `GET /api/live?eventId=…`; the page says nothing. `attendance` goes to every connection of
 * the student whom it concerns, whoever made the check-in or check-out, and on whatever device: also to the page that
 * made it, perhaps before its answer. With `&view=1` a `view` comes once, soon
 * after the connection, because nobody was told what had happened before; an `attendance` says where the stream is, so
 * that whom a classmate brings has nothing to ask for; and `opening` comes whenever the windows change while students
 * wait for check-in to open. `heartbeat` comes when nothing else was sent for 25 s: a page that has
 * heard nothing for longer than that has lost its connection.
 */
export const liveMessage = z
  .discriminatedUnion('type', [
    counts.extend({ type: z.literal('counts'), eventId: id, seq: z.int().min(0) }),
    z.object({ type: z.literal('view'), event: eventView }),
    z.object({ type: z.literal('event'), event: eventWithoutAttendance }),
    z.object({ type: z.literal('attendance'), attendance: attendanceView, stream: streamView.optional() }),
    openingWindows.extend({ type: z.literal('opening') }),
    z.object({ type: z.literal('heartbeat'), serverTime: instant }),
  ])
  .meta({ id: 'LiveMessage' });
export type LiveMessage = z.infer<typeof liveMessage>;
export type CountsMessage = Extract<LiveMessage, { type: 'counts' }>;
