import { eventView } from './live-event.ts';
import { liveMessage } from './live-message.ts';

const summary = {
  id: 1,
  title: 'Winter assembly',
  state: 'open',
  preparesAt: '2026-11-22T07:45:00.000Z',
  opensAt: '2026-11-22T08:00:00.000Z',
  startsAt: '2026-11-22T09:00:00.000Z',
  endsAt: '2026-11-22T10:00:00.000Z',
  closesAt: '2026-11-22T11:00:00.000Z',
  minimumKbps: 500,
  serverTime: '2026-11-22T08:30:00.000Z',
  revision: 7,
  counts: { checkedIn: 1, checkedOut: 0, watching: 3 },
};

test('the event on a socket carries nobody’s attendance', () => {
  const attendance = {
    checkedInAt: summary.opensAt,
    checkedInBy: { id: 1, displayName: 'Ada' },
    checkedOutAt: null,
    checkedOutBy: null,
    committed: true,
    revision: 1,
  };
  expect(eventView.parse({ ...summary, attendance, attendanceRevision: 1 }).attendance).toEqual(attendance);
  const message = liveMessage.parse({ type: 'event', event: { ...summary, attendance } });
  expect(message).toEqual({ type: 'event', event: summary });
});

test.each([
  { ...summary, serverTime: '2026-11-22T08:30:00Z' },
  { ...summary, opensAt: '2026-11-22T08:30:00.000+01:00' },
  { ...summary, counts: { checkedIn: -1, checkedOut: 0, watching: 0 } },
])('times are UTC with milliseconds, counts are not below zero', (event) => {
  expect(liveMessage.safeParse({ type: 'event', event }).success).toBe(false);
});
