import type { AttendanceView } from '@exco/contracts';
import { apply, type EventFields, type EventState, type Patch, type Source } from './event-state';

const event: EventFields = {
  id: 5,
  title: 'Winter assembly',
  state: 'live',
  preparesAt: '2026-11-22T08:45:00.000Z',
  opensAt: '2026-11-22T09:00:00.000Z',
  startsAt: '2026-11-22T09:10:00.000Z',
  endsAt: '2026-11-22T10:00:00.000Z',
  closesAt: '2026-11-22T11:00:00.000Z',
  minimumKbps: 500,
  serverTime: '2026-11-22T09:30:00.000Z',
};
const ended: EventFields = { ...event, state: 'ended', endsAt: event.serverTime };
const me = { id: 7, displayName: 'Me' };
const queued: AttendanceView = {
  checkedInAt: '2026-11-22T09:01:00.000Z',
  checkedInBy: me,
  checkedOutAt: null,
  checkedOutBy: null,
  committed: false,
  revision: 0,
};
const checkedIn: AttendanceView = { ...queued, committed: true, revision: 1 };
const checkedOut: AttendanceView = { ...checkedIn, checkedOutAt: event.endsAt, checkedOutBy: me, revision: 2 };
const queuedOut: AttendanceView = { ...checkedIn, checkedOutAt: event.endsAt, checkedOutBy: me, committed: false };
const counts = (checkedIn: number) => ({ checkedIn, checkedOut: 0, watching: 0 });

const start: EventState = {
  event,
  eventRevision: 3,
  attendance: null,
  attendanceRevision: 0,
  counts: counts(1),
  countsRevision: null,
};
type Step = [source: Source, revision: number, patch: Patch];
const ofEvent = (one: EventFields): Patch => ({ part: 'event', event: one });
const mine = (attendance: AttendanceView | null): Patch => ({ part: 'attendance', attendance });
const total = (number: number, eventId = 5): Patch => ({ part: 'counts', eventId, counts: counts(number) });

interface Case {
  steps: Step[];
  then: Partial<EventState>;
}
const cases: Record<string, Case> = {
  'an answer written before the host’s end and read after its message': {
    steps: [
      ['live', 4, ofEvent(ended)],
      ['answer', 3, ofEvent(event)],
    ],
    then: { event: ended, eventRevision: 4 },
  },
  'the host extends after the end': {
    steps: [
      ['live', 4, ofEvent(ended)],
      ['answer', 5, ofEvent(event)],
    ],
    then: { event, eventRevision: 5 },
  },
  'within a revision the state never goes back': {
    steps: [
      ['answer', 3, ofEvent({ ...event, state: 'ended' })],
      ['answer', 3, ofEvent(event)],
    ],
    then: { event: { ...event, state: 'ended' } },
  },
  'an event of another address': { steps: [['answer', 9, ofEvent({ ...event, id: 6 })]], then: { event } },
  'an answer that was under way when the student checked in': {
    steps: [
      ['own', 1, mine(checkedIn)],
      ['answer', 0, mine(null)],
    ],
    then: { attendance: checkedIn },
  },
  'an answer that does not know yet of a check-in that is queued': {
    steps: [
      ['own', 0, mine(queued)],
      ['answer', 0, mine(null)],
    ],
    then: { attendance: queued },
  },
  'a queued check-in is committed': {
    steps: [
      ['own', 0, mine(queued)],
      ['live', 1, mine(checkedIn)],
    ],
    then: { attendance: checkedIn, attendanceRevision: 1 },
  },
  'an admin revoked the check-in': {
    steps: [
      ['live', 1, mine(checkedIn)],
      ['answer', 2, mine(null)],
    ],
    then: { attendance: null, attendanceRevision: 2 },
  },
  'a message of the check-in, read after it was revoked': {
    steps: [
      ['answer', 2, mine(null)],
      ['live', 1, mine(checkedIn)],
    ],
    then: { attendance: null },
  },
  'a queued check-out, and an answer that does not know of it': {
    steps: [
      ['live', 1, mine(checkedIn)],
      ['own', 1, mine(queuedOut)],
      ['answer', 1, mine(checkedIn)],
    ],
    then: { attendance: queuedOut },
  },
  'a check-out by a classmate, and an answer from before': {
    steps: [
      ['live', 2, mine(checkedOut)],
      ['answer', 1, mine(checkedIn)],
    ],
    then: { attendance: checkedOut },
  },
  'counts: the later message': {
    steps: [
      ['live', 8, total(8)],
      ['live', 7, total(7)],
    ],
    then: { counts: counts(8) },
  },
  'counts: an answer before the first message': { steps: [['answer', 0, total(2)]], then: { counts: counts(2) } },
  'counts: an answer after a message': {
    steps: [
      ['live', 8, total(8)],
      ['answer', 0, total(2)],
    ],
    then: { counts: counts(8) },
  },
  'counts of another event': { steps: [['live', 8, total(8, 6)]], then: { counts: counts(1) } },
};

describe('apply', () => {
  it.each(Object.entries(cases))('%s', (_, { steps, then }) => {
    const state = steps.reduce((before, [source, revision, patch]) => apply(before, source, revision, patch), start);
    expect(state).toEqual({
      ...start,
      ...then,
      eventRevision: then.eventRevision ?? 3,
      attendanceRevision: state.attendanceRevision,
      countsRevision: state.countsRevision,
    });
    if (then.attendanceRevision !== undefined) expect(state.attendanceRevision).toBe(then.attendanceRevision);
  });

  it('is the same object when nothing is new', () => {
    expect(apply(start, 'answer', 2, ofEvent(ended))).toBe(start);
    expect(apply(start, 'answer', 0, mine(null))).toBe(start);
  });
});
