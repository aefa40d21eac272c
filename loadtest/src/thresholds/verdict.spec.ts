import { thresholdsFor } from './thresholds.ts';
import { verdictOf, type RunFigures } from './verdict.ts';

const plain = {
  profile: 'even',
  students: 10_000,
  arriveWithinSeconds: 30,
  slowDatabase: false,
  adminWork: false,
} as const;
const thresholds = thresholdsFor(plain);

const healthy = { lagP99: 5, lagMax: 30, lateP99: 10, busiest: 0.5 };

function judged(given: Partial<RunFigures> = {}): RunFigures {
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
const failed = (given: Partial<RunFigures>) =>
  verdictOf(judged(given), thresholds)
    .checks.filter(({ ok }) => !ok)
    .map(({ what }) => what);

test('all is well', () => expect(verdictOf(judged(), thresholds)).toMatchObject({ outcome: 'pass', voidBecause: [] }));

test.each<[string, Partial<RunFigures>, string]>([
  ['a violation', { violations: [{ kind: 'lost-row', count: 1, examples: [] }] }, 'violations'],
  ['an error', { errors: { 'check-in: 500': { count: 1, example: '' } } }, 'errors'],
  ['somebody who never came', { arrived: 9 }, 'students who arrived'],
  ['somebody who never got in', { in: 9, checkedOut: 9 }, 'students who got in'],
  ['somebody who stayed', { checkedOut: 9 }, 'students who were checked out'],
  ['a 503 where none is expected', { busy: 1 }, '503 BUSY'],
  ['slow check-ins', { checkIn: slow }, 'check-in p99'],
  ['old counts', { countAge: { p50: 0, p99: 1_600, max: 2_000 } }, 'age of the count, p99'],
  ['no counts at all', { countAge: null }, 'age of the count, p99'],
])('%s fails the run, and says so', (_, given, what) => {
  expect(verdictOf(judged(given), thresholds).outcome).toBe('fail');
  expect(failed(given)).toEqual([what]);
});

test('slow while the generator lagged as much: nothing can be said', () => {
  const lagging = { ...healthy, lagP99: 300 };
  expect(verdictOf(judged({ checkIn: slow, health: [lagging] }), thresholds)).toMatchObject({
    outcome: 'void',
    voidBecause: [expect.stringContaining('lagged')],
  });
  // Fast all the same: it would have been faster.
  expect(verdictOf(judged({ health: [lagging] }), thresholds).outcome).toBe('pass');
  // So much slower that the lag explains nothing.
  expect(verdictOf(judged({ checkIn: { ...slow, p99: 900 }, health: [lagging] }), thresholds).outcome).toBe('fail');
});

test('arrivals that came late were an easier load: void even when all is well', () => {
  expect(verdictOf(judged({ health: [{ ...healthy, lateP99: 900 }] }), thresholds).outcome).toBe('void');
});

test('a generator without a core to spare makes a slow run void', () => {
  const busy = [{ ...healthy, busiest: 0.99 }];
  expect(verdictOf(judged({ checkIn: slow, health: busy }), thresholds).outcome).toBe('void');
  expect(verdictOf(judged({ health: busy }), thresholds).outcome).toBe('pass');
});

test('others at work on the machine make a slow run void, unless that is known', () => {
  const otherCores = { used: 0.9, of: 2 };
  expect(verdictOf(judged({ checkIn: slow, otherCores }), thresholds).outcome).toBe('void');
  expect(verdictOf(judged({ checkIn: slow, otherCores }), { ...thresholds, othersAllowed: true }).outcome).toBe('fail');
});

test('a violation fails whatever the generator did', () => {
  const given = judged({
    violations: [{ kind: 'lost-row', count: 1, examples: [] }],
    health: [{ ...healthy, lateP99: 9_000, busiest: 1 }],
  });
  expect(verdictOf(given, thresholds).outcome).toBe('fail');
});

test('the thresholds follow from the number of students and their rate', () => {
  expect(thresholdsFor(plain)).toMatchObject({
    checkInP99: 250,
    countAgeP99: 1_500,
    busyAllowed: false,
  });
  expect(thresholdsFor({ ...plain, arriveWithinSeconds: 10 })).toMatchObject({
    checkInP99: null,
    everyoneInWithin: 30_000,
    busyAllowed: true,
  });
  expect(thresholdsFor({ ...plain, profile: 'overload', students: 33_000, arriveWithinSeconds: 90 })).toMatchObject({
    checkInP99: null,
    busyAllowed: true,
  });
  expect(thresholdsFor({ ...plain, students: 100_000, arriveWithinSeconds: 600 })).toMatchObject({
    checkInP99: 1_000,
    countAgeMax: 10_000,
    busyAllowed: false,
  });
});

test('what admins do meanwhile may double what students wait for', () => {
  expect(thresholdsFor({ ...plain, adminWork: true })).toMatchObject({ checkInP99: 500, countAgeP99: 1_500 });
  expect(thresholdsFor({ ...plain, arriveWithinSeconds: 10, adminWork: true }).checkInP99).toBeNull();
});

test('beyond the machine everyone must be in within the time, 503 or not', () => {
  const beyond = thresholdsFor({ ...plain, arriveWithinSeconds: 10 });
  expect(verdictOf(judged({ busy: 500, everyoneInAfter: 29_000 }), beyond).outcome).toBe('pass');
  expect(verdictOf(judged({ everyoneInAfter: 31_000 }), beyond).outcome).toBe('fail');
  expect(verdictOf(judged({ everyoneInAfter: null, in: 9, checkedOut: 9 }), beyond).outcome).toBe('fail');
});
