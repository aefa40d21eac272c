import type { CheckInRequest, LiveEventState } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { aLiveEvent } from '@exco/testing';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { DigitsService, DigitsVerdict } from '../../users/digits/digits.service.ts';
import type { Student } from '../../users/roster/roster.ts';
import type { Revocations } from '../records/revocations.ts';
import { CheckInRules } from './check-in-rules.ts';

const me: Student = { id: 7, displayName: 'Ada', digits: '0007', classes: [] };
const now = Date.now();
const right = '0007';
const request: CheckInRequest = { digits: right, classmates: [], connection: { kbps: 500, bytes: 192_000 } };

interface Given {
  state?: LiveEventState;
  event?: Partial<LiveEvent>;
  isRevoked?: boolean;
  /** As it stands in the database, where this process has not heard of it yet. */
  moved?: Partial<LiveEvent>;
  /** By user id; who is not named is confirmed by `right`. */
  verdicts?: Record<number, DigitsVerdict>;
}

function given({ state = 'open', event = {}, moved = {}, isRevoked = false, verdicts = {} }: Given) {
  const tried: number[] = [];
  const live: LiveEvent = { id: 3, revision: 1, ...aLiveEvent(state), minimumKbps: 500, ...event };
  const events = {
    findFor: () => Promise.resolve(live),
    newest: (known: LiveEvent) => Promise.resolve(Object.assign({}, known, moved)),
  } as unknown as LiveEvents;
  const digits = {
    verify: (_: Student, session: string, tries: { userId: number; digits: string }[]) => {
      expect(session).toBe('a session');
      tried.push(...tries.map(({ userId }) => userId));
      const judge = ({ userId, digits: typed }: (typeof tries)[number]) =>
        verdicts[userId] ?? { outcome: typed === right ? 'match' : 'wrong-digits' };
      return Promise.resolve(tries.map(judge));
    },
  } as unknown as DigitsService;
  const revocations = { has: () => isRevoked } as unknown as Revocations;
  const rules = new CheckInRules(events, digits, revocations);
  const decide = (asked: Partial<CheckInRequest> = {}) =>
    rules.decide(me, 'a session', 3, { ...request, ...asked }, now);
  return { rules, decide, tried };
}

const classmate = (userId: number) => ({ userId, digits: right });

test.each(['open', 'live'] as const)('%s: let in', async (state) => {
  expect(await given({ state }).decide()).toMatchObject({ event: { id: 3 }, named: [{ userId: 7 }] });
});

test.each([
  ['scheduled', 'CHECK_IN_NOT_OPEN'],
  ['ended', 'CHECK_IN_CLOSED'],
  ['closed', 'CHECK_IN_CLOSED'],
] as const)('%s: %s, and no digits are judged', async (state, code) => {
  const { decide, tried } = given({ state });
  await expect(decide()).rejects.toMatchObject({ code });
  expect(tried).toEqual([]);
});

test('to the millisecond: from opensAt on', async () => {
  const early = given({ event: { opensAt: new Date(now + 1) } });
  await expect(early.decide()).rejects.toMatchObject({ code: 'CHECK_IN_NOT_OPEN' });
  await given({ event: { opensAt: new Date(now) } }).decide();
});

test('opened earlier by a host whose news has not come here: let in', async () => {
  const moved = { opensAt: new Date(now) };
  expect(await given({ state: 'scheduled', moved }).decide()).toMatchObject({ event: { id: 3, ...moved } });
});

test('opened earlier, and narrowed to a class that is not mine: as if there were none', async () => {
  const moved = { opensAt: new Date(now), classIds: [99] };
  await expect(given({ state: 'scheduled', moved }).decide()).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
});

test('a line below the minimum is refused, with the minimum; exactly at it is enough', async () => {
  const { decide, tried } = given({});
  await expect(decide({ connection: { kbps: 499.9, bytes: 1 } })).rejects.toMatchObject({
    code: 'CONNECTION_TOO_SLOW',
    details: { minimumKbps: 500 },
  });
  expect(tried).toEqual([]);
  await decide();
});

test('a check-in that was taken back is no way in again', async () => {
  await expect(given({ isRevoked: true }).decide()).rejects.toMatchObject({ code: 'CHECK_IN_REVOKED' });
});

test('oneself among the classmates is a mistake', async () => {
  await expect(given({}).decide({ classmates: [classmate(7)] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('wrong digits of my own: nobody else’s are judged', async () => {
  const { decide, tried } = given({});
  await expect(decide({ digits: '0000', classmates: [classmate(8)] })).rejects.toMatchObject({ code: 'WRONG_DIGITS' });
  expect(tried).toEqual([7]);
});

test('locked digits of my own: the time to wait is told', async () => {
  const { decide } = given({ verdicts: { 7: { outcome: 'locked', seconds: 42 } } });
  await expect(decide()).rejects.toMatchObject({ code: 'DIGITS_LOCKED', retryAfter: 42 });
});

test('of the classmates each has their outcome, in the order of the request', async () => {
  const { decide } = given({ verdicts: { 9: { outcome: 'wrong-digits' }, 10: { outcome: 'locked', seconds: 5 } } });
  const { named } = await decide({ classmates: [9, 8, 10].map(classmate) });
  expect(named).toEqual([
    { userId: 7 },
    { userId: 9, refused: 'wrong-digits' },
    { userId: 8, refused: undefined },
    { userId: 10, refused: 'locked' },
  ]);
});

test('digits are checked from preparesAt on, and not after the end', async () => {
  const at = (state: LiveEventState, event: Partial<LiveEvent> = {}) =>
    given({ state, event }).rules.preparedEvent(me, 3, now);
  await expect(at('scheduled', { preparesAt: new Date(now + 1) })).rejects.toMatchObject({ code: 'CHECK_IN_NOT_OPEN' });
  expect(await at('scheduled', { preparesAt: new Date(now) })).toMatchObject({ id: 3 });
  await expect(at('ended')).rejects.toMatchObject({ code: 'CHECK_IN_CLOSED' });
});
