import { stateAt } from './rules.ts';

const times = {
  opensAt: '2026-11-22T08:00:00.000Z',
  startsAt: '2026-11-22T09:00:00.000Z',
  endsAt: '2026-11-22T10:00:00.000Z',
  closesAt: '2026-11-22T11:00:00.000Z',
};

test.each([
  ['07:59:59.999', 'scheduled'],
  ['08:00:00.000', 'open'],
  ['08:59:59.999', 'open'],
  ['09:00:00.000', 'live'],
  ['09:59:59.999', 'live'],
  ['10:00:00.000', 'ended'],
  ['10:59:59.999', 'ended'],
  ['11:00:00.000', 'closed'],
])('at %s it is %s', (time, state) => {
  expect(stateAt(times, Date.parse(`2026-11-22T${time}Z`))).toBe(state);
});

test('an event that starts as it opens is never merely open', () => {
  expect(stateAt({ ...times, opensAt: times.startsAt }, Date.parse(times.startsAt))).toBe('live');
});
