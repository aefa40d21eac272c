import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import type { AttendanceCommitted } from '../records/attendance-signals.ts';
import type { AttendanceRow, CheckIn, CheckOut, WriteResult } from '../records/attendance.ts';
import type { BatchWrites } from '../records/batch-writes.repository.ts';
import { Committer } from './committer.ts';

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const at = Date.UTC(2026, 10, 22, 9);
const row = (userId: number, byId = userId): CheckIn => ({ userId, byId, at, kbps: 4000, bytes: 192_000 });
const attendance = (userId: number, given: Partial<AttendanceRow> = {}): AttendanceRow => ({
  userId,
  checkedInAt: at,
  checkedInBy: userId,
  checkedOutAt: null,
  checkedOutBy: null,
  ...given,
});
const stored = ({ userId, byId }: CheckIn): WriteResult => ({
  kind: 'stored',
  row: attendance(userId, { checkedInBy: byId }),
});
const driver = (fields: object): Error => Object.assign(new Error('told by the driver'), fields);
const noUser = () => driver({ errno: 1452, sqlState: '23000' });
const away = () => driver({ code: 'ECONNREFUSED' });
const refused = (reason: string) => ({ kind: 'refused', reason });

function aCommitter(checkIn: (rows: CheckIn[], call: number) => WriteResult[], checkOuts: WriteResult[] = []) {
  const calls: number[][] = [];
  const told: AttendanceCommitted[] = [];
  const repository = {
    checkIn: async (_: number, rows: CheckIn[]) => {
      calls.push(rows.map(({ userId }) => userId));
      await Promise.resolve();
      return checkIn(rows, calls.length);
    },
    checkOut: () => Promise.resolve(checkOuts),
  } as unknown as BatchWrites;
  const signals = { publish: (_: unknown, signal: AttendanceCommitted) => told.push(signal) } as unknown as SignalBus;
  const metrics = new AttendanceMetrics(new Metrics());
  return { committer: new Committer(repository, signals, metrics), calls, told, metrics };
}

const batchOf = (rows: CheckIn[]) => ({ act: 'check-in' as const, eventId: 3, rows });

async function settle<T>(work: Promise<T>, milliseconds = 60_000): Promise<T> {
  work.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(milliseconds);
  return work;
}

const failingAt =
  (bad: ReadonlySet<number>, error = noUser) =>
  (rows: CheckIn[]): WriteResult[] => {
    if (rows.some(({ userId }) => bad.has(userId))) throw error();
    return rows.map(stored);
  };

describe('faulty rows', () => {
  test('fail alone, each in its place, and are counted', async () => {
    const bad = new Set([3, 7, 8]);
    const { committer, metrics } = aCommitter(failingAt(bad));
    const rows = Array.from({ length: 10 }, (_, index) => row(index + 1));
    const results = await settle(committer.commit(batchOf(rows), Infinity));
    expect(results).toEqual(rows.map((one) => (bad.has(one.userId) ? refused('no-such-student') : stored(one))));
    expect((await metrics.faultyRows.get()).values[0]?.value).toBe(3);
  });

  test('are found by halving: one of 200 takes some twenty statements', async () => {
    const { committer, calls } = aCommitter(failingAt(new Set([121])));
    const rows = Array.from({ length: 200 }, (_, index) => row(index + 1));
    await settle(committer.commit(batchOf(rows), Infinity));
    expect(calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(200)) + 1);
  });

  test('a sender who is refused brings nobody: their classmates are not written', async () => {
    const { committer, calls } = aCommitter(failingAt(new Set([1])));
    const rows = [row(1), row(2, 1), row(3, 1), row(4), row(5, 4)];
    const results = await settle(committer.commit(batchOf(rows), Infinity));
    expect(results).toEqual([
      refused('no-such-student'),
      refused('sender'),
      refused('sender'),
      stored(row(4)),
      stored(row(5, 4)),
    ]);
    expect(calls.filter((ids) => ids.includes(2) && !ids.includes(1))).toEqual([]);
  });

  test('a classmate who is refused keeps nobody else out', async () => {
    const { committer } = aCommitter(failingAt(new Set([3])));
    const results = await settle(committer.commit(batchOf([row(1), row(2, 1), row(3, 1)]), Infinity));
    expect(results).toEqual([stored(row(1)), stored(row(2, 1)), refused('no-such-student')]);
  });

  test('an event that is gone refuses all at once', async () => {
    const noEvent = () =>
      Object.assign(new Error('a foreign key constraint fails (CONSTRAINT `attendances_event` FOREIGN KEY)'), {
        errno: 1452,
        sqlState: '23000',
      });
    const { committer, calls, told } = aCommitter(failingAt(new Set([1]), noEvent));
    const results = await settle(committer.commit(batchOf([row(1), row(2, 1)]), Infinity));
    expect(results).toEqual([refused('no-such-event'), refused('no-such-event')]);
    expect(calls).toHaveLength(1);
    expect(told).toEqual([]);
  });
});

describe('failures of the whole batch', () => {
  const failing = (times: number, error: () => Error) => (rows: CheckIn[], call: number) => {
    if (call <= times) throw error();
    return rows.map(stored);
  };

  test.each<[string, () => Error]>([
    ['contention', () => driver({ errno: 1213 })],
    ['a database that is away', away],
  ])('%s is waited for', async (_, error) => {
    const { committer, calls } = aCommitter(failing(3, error));
    await expect(settle(committer.commit(batchOf([row(1)]), Infinity))).resolves.toEqual([stored(row(1))]);
    expect(calls).toHaveLength(4);
  });

  test('but no longer than whoever waits; nothing is announced then', async () => {
    const { committer, told } = aCommitter(failing(Infinity, away));
    await expect(settle(committer.commit(batchOf([row(1)]), 2_000), 2_000)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(told).toEqual([]);
  });

  test('the pauses grow: a database that is away for a minute is not asked 240 times', async () => {
    const { committer, calls } = aCommitter(failing(Infinity, away));
    committer.commit(batchOf([row(1)]), Infinity).catch(() => undefined);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls.length).toBeLessThan(70);
    committer.stopWaiting();
  });

  test.each<[string, () => Error]>([
    ['our own mistake', () => new TypeError('rows is undefined')],
    ['a column that is not there', () => driver({ errno: 1054, sqlState: '42S22' })],
  ])('%s is thrown at once, and tried once', async (_, error) => {
    const { committer, calls } = aCommitter(failing(Infinity, error));
    await expect(settle(committer.commit(batchOf([row(1)]), Infinity))).rejects.toBeInstanceOf(Error);
    expect(calls).toHaveLength(1);
  });

  test('a worker that is stopping gives its batch back instead of waiting', async () => {
    const { committer } = aCommitter(failing(Infinity, away));
    const work = committer.commit(batchOf([row(1)]), Infinity);
    work.catch(() => undefined);
    await jest.advanceTimersByTimeAsync(100);
    committer.stopWaiting();
    await expect(settle(work, 0)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('announces the event, and those alone whom this very request wrote', async () => {
  const { committer, told } = aCommitter((rows) =>
    rows.map((one): WriteResult => {
      // 4 was brought by somebody else before, 5 by the same student in an earlier request: both have been told.
      if (one.userId === 4) return { kind: 'stored', row: attendance(4, { checkedInAt: at - 1_000, checkedInBy: 9 }) };
      if (one.userId === 5) return { kind: 'stored', row: attendance(5, { checkedInAt: at - 1_000, checkedInBy: 1 }) };
      return stored(one);
    }),
  );
  await settle(committer.commit(batchOf([row(1), row(2, 1), row(4, 1), row(5, 1)]), Infinity));
  expect(told).toEqual([{ eventId: 3, brought: [attendance(2, { checkedInBy: 1 })], own: [attendance(1)] }]);
});

test('a check-in once more announces nobody', async () => {
  const before = (userId: number) => attendance(userId, { checkedInAt: at - 1_000, checkedInBy: 1 });
  const { committer, told } = aCommitter((rows) =>
    rows.map(({ userId }): WriteResult => ({ kind: 'stored', row: before(userId) })),
  );
  await settle(committer.commit(batchOf([row(1), row(2, 1)]), Infinity));
  expect(told).toEqual([{ eventId: 3, brought: [], own: [] }]);
});

test('a check-out is announced to whom it concerns, and not where it is pending or refused', async () => {
  const checkOut = (userId: number): CheckOut => ({ userId, byId: 1, at, expected: false });
  const out = (userId: number) => attendance(userId, { checkedInBy: 1, checkedOutAt: at, checkedOutBy: 1 });
  const results: WriteResult[] = [
    { kind: 'stored', row: out(1) },
    { kind: 'stored', row: out(2) },
    // Checked out before, by an earlier request.
    { kind: 'stored', row: { ...out(3), checkedOutAt: at - 1_000 } },
    { kind: 'pending' },
    { kind: 'refused', reason: 'not-theirs' },
  ];
  const { committer, told } = aCommitter(() => [], results);
  await settle(committer.commit({ act: 'check-out', eventId: 3, rows: [1, 2, 3, 4, 5].map(checkOut) }, Infinity));
  expect(told).toEqual([{ eventId: 3, brought: [out(2)], own: [out(1)] }]);
});
