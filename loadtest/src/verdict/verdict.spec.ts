import { limitsFor } from './limits.ts';
import { judgeRun, type Judged } from './verdict.ts';

const limits = limitsFor({ profile: 'even', students: 10_000, arriveWithinSeconds: 30 });

const healthy = { lagP99: 5, lagMax: 30, lateP99: 10, busiest: 0.5 };

function judged(given: Partial<Judged> = {}): Judged {
  return {
    students: 10,
    arrived: 10,
    in: 10,
    checkedOut: 10,
    everyoneInAfter: 3_000,
    checkIn: { count: 10, p50: 5, p95: 20, p99: 40, p999: 60, max: 61 },
    countAge: { p50: 0, p99: 900, max: 1_200 },
    busy: 0,
    errors: {},
    violations: [],
    health: [healthy],
    otherCores: { used: 0, of: 2 },
    further: [],
    ...given,
  };
}

const slow = { count: 10, p50: 5, p95: 20, p99: 400, p999: 600, max: 610 };
const failed = (given: Partial<Judged>) =>
  judgeRun(judged(given), limits)
    .checks.filter(({ ok }) => !ok)
    .map(({ what }) => what);

test('all is well', () => expect(judgeRun(judged(), limits)).toMatchObject({ outcome: 'pass', voidBecause: [] }));

test.each<[string, Partial<Judged>, string]>([
  ['a broken promise', { violations: [{ kind: 'lost-row', count: 1, examples: [] }] }, 'broken promises'],
  ['an error', { errors: { 'check-in: 500': { count: 1, example: '' } } }, 'errors'],
  ['somebody who never came', { arrived: 9 }, 'students who arrived'],
  ['somebody who never got in', { in: 9, checkedOut: 9 }, 'students who got in'],
  ['somebody who stayed', { checkedOut: 9 }, 'students who were checked out'],
  ['a 503 where none is expected', { busy: 1 }, '503 BUSY'],
  ['slow check-ins', { checkIn: slow }, 'check-in p99'],
  ['old counts', { countAge: { p50: 0, p99: 1_600, max: 2_000 } }, 'age of the count, p99'],
  ['no counts at all', { countAge: null }, 'age of the count, p99'],
])('%s fails the run, and says so', (_, given, what) => {
  expect(judgeRun(judged(given), limits).outcome).toBe('fail');
  expect(failed(given)).toEqual([what]);
});

test('slow while the generator lagged as much: nothing can be said', () => {
  const lagging = { ...healthy, lagP99: 300 };
  expect(judgeRun(judged({ checkIn: slow, health: [lagging] }), limits)).toMatchObject({
    outcome: 'void',
    voidBecause: [expect.stringContaining('lagged')],
  });
  // Fast all the same: it would have been faster.
  expect(judgeRun(judged({ health: [lagging] }), limits).outcome).toBe('pass');
  // So much slower that the lag explains nothing.
  expect(judgeRun(judged({ checkIn: { ...slow, p99: 900 }, health: [lagging] }), limits).outcome).toBe('fail');
});

test('arrivals that came late were an easier load: void even when all is well', () => {
  expect(judgeRun(judged({ health: [{ ...healthy, lateP99: 900 }] }), limits).outcome).toBe('void');
});

test('a generator without a core to spare makes a slow run void', () => {
  const busy = [{ ...healthy, busiest: 0.99 }];
  expect(judgeRun(judged({ checkIn: slow, health: busy }), limits).outcome).toBe('void');
  expect(judgeRun(judged({ health: busy }), limits).outcome).toBe('pass');
});

test('others at work on the machine make a slow run void, unless that is known', () => {
  const otherCores = { used: 0.9, of: 2 };
  expect(judgeRun(judged({ checkIn: slow, otherCores }), limits).outcome).toBe('void');
  expect(judgeRun(judged({ checkIn: slow, otherCores }), { ...limits, othersAllowed: true }).outcome).toBe('fail');
});

test('a broken promise fails whatever the generator did', () => {
  const given = judged({
    violations: [{ kind: 'lost-row', count: 1, examples: [] }],
    health: [{ ...healthy, lateP99: 9_000, busiest: 1 }],
  });
  expect(judgeRun(given, limits).outcome).toBe('fail');
});

test('the limits follow from the crowd', () => {
  expect(limitsFor({ profile: 'even', students: 10_000, arriveWithinSeconds: 30 })).toMatchObject({
    checkInP99: 250,
    countAgeP99: 1_500,
    busyAllowed: false,
  });
  expect(limitsFor({ profile: 'even', students: 10_000, arriveWithinSeconds: 10 })).toMatchObject({
    checkInP99: null,
    everyoneInWithin: 30_000,
    busyAllowed: true,
  });
  expect(limitsFor({ profile: 'overload', students: 33_000, arriveWithinSeconds: 90 })).toMatchObject({
    checkInP99: null,
    busyAllowed: true,
  });
  expect(limitsFor({ profile: 'even', students: 100_000, arriveWithinSeconds: 600 })).toMatchObject({
    checkInP99: 1_000,
    countAgeMax: 10_000,
    busyAllowed: false,
  });
});

test('beyond the machine everyone must be in within the time, 503 or not', () => {
  const beyond = limitsFor({ profile: 'even', students: 10_000, arriveWithinSeconds: 10 });
  expect(judgeRun(judged({ busy: 500, everyoneInAfter: 29_000 }), beyond).outcome).toBe('pass');
  expect(judgeRun(judged({ everyoneInAfter: 31_000 }), beyond).outcome).toBe('fail');
  expect(judgeRun(judged({ everyoneInAfter: null, in: 9, checkedOut: 9 }), beyond).outcome).toBe('fail');
});
