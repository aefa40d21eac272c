import { checkAttendance, type Corrected } from './attendance.ts';
import { Findings, type ViolationKind } from './findings.ts';
import { emptyLog, type CheckInTry, type CheckOutTry, type Log } from './request-log.ts';
import type { Row } from './attendance-source.ts';

const at = 1_800_000_000_000;

/** Student 1 checked in, and brought 2; 3 was mistyped. Everyone left, 2 by the hand of 1. */
function aRun(): { rows: Row[]; log: Log } {
  const row = (userId: number): Row => ({
    userId,
    checkedInAt: at,
    checkedInBy: 1,
    checkedOutAt: at + 9_000,
    checkedOutBy: 1,
    kbps: 4_200,
    bytes: 192_000,
  });
  const checkIn: CheckInTry = {
    actorId: 1,
    sentAt: at - 5,
    answeredAt: at + 20,
    status: 200,
    kbps: 4_200,
    bytes: 192_000,
    asked: [
      { userId: 1, right: true },
      { userId: 2, right: true },
      { userId: 3, right: false },
    ],
    results: [
      { userId: 1, outcome: 'checked-in', checkedInAt: at, checkedInBy: 1 },
      { userId: 2, outcome: 'checked-in', checkedInAt: at, checkedInBy: 1 },
      { userId: 3, outcome: 'wrong-digits', checkedInAt: null, checkedInBy: null },
    ],
  };
  const late: CheckInTry = {
    actorId: 2,
    sentAt: at + 3_000,
    answeredAt: at + 3_040,
    status: 200,
    kbps: 900,
    bytes: 192_000,
    asked: [{ userId: 2, right: true }],
    results: [{ userId: 2, outcome: 'already-checked-in', checkedInAt: at, checkedInBy: 1 }],
  };
  const checkOut: CheckOutTry = {
    actorId: 1,
    sentAt: at + 8_990,
    answeredAt: at + 9_010,
    status: 200,
    asked: [1, 2],
    results: [
      { userId: 1, outcome: 'checked-out', checkedOutAt: at + 9_000 },
      { userId: 2, outcome: 'checked-out', checkedOutAt: at + 9_000 },
    ],
  };
  const told = { userId: 2, checkedInAt: at, checkedInBy: 1, checkedOutAt: null, checkedOutBy: null, committed: true };
  const log: Log = {
    ...emptyLog(),
    checkIns: [checkIn, late],
    checkOuts: [checkOut],
    told: [told],
    lists: [{ actorId: 1, userIds: [1, 2] }],
  };
  return { rows: [row(1), row(2)], log };
}

function kinds(run: { rows: Row[]; log: Log }, corrected: readonly Corrected[] = []): ViolationKind[] {
  const found = new Findings();
  checkAttendance(run.rows, run.log, { offset: 0, uncertainty: 0 }, corrected, found);
  return found.all().map(({ kind }) => kind);
}

/** A copy of the run with one thing changed. */
function spoilt(change: (run: ReturnType<typeof aRun>) => void) {
  const run = aRun();
  change(run);
  return kinds(run);
}

const nth = <T>(all: T[] | null | undefined, index: number): T => all?.[index] as T;
const first = <T>(all: T[]): T => nth(all, 0);

test('a run in which all is as promised', () => expect(kinds(aRun())).toEqual([]));

test('whose check-in was taken back for a moment may have been refused and shown nobody, and no other', () => {
  const run = aRun();
  nth(run.log.checkIns[1]?.results, 0).outcome = 'refused';
  run.log.lists.push({ actorId: 2, userIds: [] });
  const { userId } = nth(run.log.checkIns[1]?.results, 0);
  const revoked = [
    { userId, checkedInAt: null },
    { userId: 2, checkedInAt: null },
  ];
  expect(kinds(run, revoked)).toEqual([]);
  expect(kinds(run)).toEqual(['wrong-outcome', 'wrong-list']);
});

test.each<[string, (run: ReturnType<typeof aRun>) => void, ViolationKind[]]>([
  ['a row is gone', ({ rows }) => rows.pop(), ['lost-row', 'lost-check-out', 'wrong-list']],
  ['a row is there twice', ({ rows }) => rows.push({ ...first(rows) }), ['duplicate-row']],
  [
    'a row is there that nobody asked for',
    ({ rows }) => rows.push({ ...first(rows), userId: 9, checkedInBy: 9, checkedOutAt: null, checkedOutBy: null }),
    ['row-without-request'],
  ],
  [
    'a row is there for somebody whose digits were wrong',
    ({ rows }) => rows.push({ ...first(rows), userId: 3, checkedOutAt: null, checkedOutBy: null }),
    ['row-without-request', 'wrong-list'],
  ],
  ['the time of a row was changed', ({ rows }) => (first(rows).checkedInAt += 1), ['changed-row']],
  [
    'a row’s time lies outside its request',
    ({ rows, log }) => {
      first(rows).checkedInAt += 5_000;
      first(log.checkIns[0]?.results ?? []).checkedInAt = at + 5_000;
    },
    ['row-without-request'],
  ],
  [
    'the first one is somebody else',
    ({ rows }) => ((rows[1] as Row).checkedInBy = 2),
    ['changed-row', 'not-the-first', 'told-otherwise', 'row-without-request', 'wrong-list'],
  ],
  [
    'already-checked-in names the wrong time',
    ({ log }) => (first(log.checkIns[1]?.results ?? []).checkedInAt = at + 1),
    ['not-the-first'],
  ],
  [
    'checked-in is said to somebody who came second',
    ({ log }) => (first(log.checkIns[1]?.results ?? []).outcome = 'checked-in'),
    ['changed-row'],
  ],
  [
    'wrong digits let somebody in',
    ({ log }) => (nth(log.checkIns[0]?.results, 2).outcome = 'checked-in'),
    ['wrong-outcome'],
  ],
  [
    'right digits are refused',
    ({ log }) => (nth(log.checkIns[0]?.results, 1).outcome = 'wrong-digits'),
    ['wrong-outcome'],
  ],
  ['somebody is missing from the results', ({ log }) => log.checkIns[0]?.results?.pop(), ['wrong-outcome']],
  ['queued is said with 200', ({ log }) => (nth(log.checkIns[0]?.results, 1).outcome = 'queued'), ['wrong-outcome']],
  ['the measured speed was changed', ({ rows }) => (first(rows).kbps = 1), ['changed-evidence']],
  [
    'a check-out is not in the row',
    ({ rows }) => Object.assign(first(rows), { checkedOutAt: null, checkedOutBy: null }),
    ['lost-check-out'],
  ],
  ['the time of a check-out was changed', ({ rows }) => (first(rows).checkedOutAt = at + 9_001), ['changed-check-out']],
  [
    'somebody was checked out by a stranger',
    ({ rows }) => (first(rows).checkedOutBy = 7),
    ['changed-check-out', 'check-out-without-request'],
  ],
  ['a live message told another time', ({ log }) => (first(log.told).checkedInAt += 1), ['told-otherwise']],
  ['a live message told of nobody’s row', ({ log }) => (first(log.told).userId = 8), ['lost-row']],
  ['a check-out list lacks somebody', ({ log }) => (first(log.lists).userIds = [1]), ['wrong-list']],
  ['a check-out list does not begin with me', ({ log }) => (first(log.lists).userIds = [2, 1]), ['wrong-list']],
])('%s', (_, change, expected) => expect(spoilt(change)).toEqual(expected));

test('locked is a fair answer to wrong digits', () => {
  expect(spoilt(({ log }) => (nth(log.checkIns[0]?.results, 2).outcome = 'locked'))).toEqual([]);
});

test('202: accepted means a row, and says nothing of its time', () => {
  const queued = ({ log }: ReturnType<typeof aRun>) => {
    const one = first(log.checkIns);
    one.status = 202;
    for (const result of one.results ?? [])
      if (result.outcome === 'checked-in')
        Object.assign(result, { outcome: 'queued', checkedInAt: null, checkedInBy: null });
  };
  expect(spoilt(queued)).toEqual([]);
  expect(
    spoilt((run) => {
      queued(run);
      run.rows.pop();
    }),
  ).toContain('lost-row');
  // A list may come before the commit.
  expect(
    spoilt((run) => {
      queued(run);
      first(run.log.lists).userIds = [1];
    }),
  ).toEqual([]);
});

test('a request that was never answered may have written its row, one that was refused may not', () => {
  const unanswered = (status: number) =>
    spoilt(({ log }) => Object.assign(first(log.checkIns), { answeredAt: 0, status, results: null }));
  expect(unanswered(0)).toEqual([]);
  expect(unanswered(503)).toEqual([]);
  expect(unanswered(409)).toEqual(['row-without-request']);
});
