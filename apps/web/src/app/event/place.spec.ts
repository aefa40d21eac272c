import type { AttendanceView, EventWithoutAttendance, LiveEventState } from '@exco/contracts';
import { mayBeAt, nextBoundary, type Place, placeOf, stateNow } from './place';

const event: EventWithoutAttendance = {
  id: 1,
  title: 'Winter assembly',
  state: 'open',
  preparesAt: '2026-11-22T07:45:00.000Z',
  opensAt: '2026-11-22T09:00:00.000Z',
  startsAt: '2026-11-22T09:10:00.000Z',
  endsAt: '2026-11-22T10:00:00.000Z',
  closesAt: '2026-11-22T11:00:00.000Z',
  minimumKbps: 500,
  serverTime: '2026-11-22T09:05:00.000Z',
  revision: 1,
  counts: { checkedIn: 0, checkedOut: 0, watching: 0 },
};
const at = (time: string) => Date.parse(`2026-11-22T${time}.000Z`);
const person = { id: 1, displayName: 'Ada' };
const inside: AttendanceView = {
  checkedInAt: event.opensAt,
  checkedInBy: person,
  checkedOutAt: null,
  checkedOutBy: null,
  committed: true,
  revision: 1,
};
const left: AttendanceView = { ...inside, checkedOutAt: event.endsAt, checkedOutBy: person };

describe('stateNow', () => {
  it('moves on by the clock', () => {
    expect(stateNow(event, at('09:09:59'))).toBe('open');
    expect(stateNow(event, at('09:10:00'))).toBe('live');
    expect(stateNow(event, at('10:00:00'))).toBe('ended');
  });

  it('never falls behind what the server said: the clock may be slow', () => {
    expect(stateNow({ ...event, state: 'ended' }, at('09:30:00'))).toBe('ended');
  });
});

describe('placeOf', () => {
  it.each<[LiveEventState, AttendanceView | null, Place]>([
    ['scheduled', null, 'waiting'],
    ['open', null, 'check-in'],
    ['live', null, 'check-in'],
    ['open', inside, 'stream'],
    ['live', inside, 'stream'],
    ['live', left, 'stream'],
    ['ended', inside, 'check-out'],
    ['ended', left, 'over'],
    ['ended', null, 'over'],
    ['closed', inside, 'over'],
    ['closed', null, 'over'],
  ])('%s, attendance %j: %s', (state, attendance, place) => {
    expect(placeOf(state, attendance)).toBe(place);
  });
});

describe('mayBeAt', () => {
  it('lets a student who is checked out check out those they brought', () => {
    expect(mayBeAt('check-out', 'ended', left)).toBe(true);
  });

  it.each<[Place, LiveEventState, AttendanceView | null]>([
    ['check-out', 'live', inside],
    ['check-out', 'closed', left],
    ['check-out', 'ended', null],
    ['stream', 'live', null],
    ['check-in', 'open', inside],
  ])('keeps out of %s in state %s with %j', (place, state, attendance) => {
    expect(mayBeAt(place, state, attendance)).toBe(false);
  });
});

describe('nextBoundary', () => {
  it('is the next of the four moments, and null after the last', () => {
    expect(nextBoundary(event, at('08:00:00'))).toBe(at('09:00:00'));
    expect(nextBoundary(event, at('09:00:00'))).toBe(at('09:10:00'));
    expect(nextBoundary(event, at('11:00:00'))).toBeNull();
  });
});
