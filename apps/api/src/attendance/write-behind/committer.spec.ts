import { Logger } from '@nestjs/common';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { CheckInRow, CheckOutRow, Stored } from '../records/attendance-rows.ts';
import type { AttendanceCommitted } from '../records/attendance-signals.ts';
import type { AttendanceRepository } from '../records/attendance.repository.ts';
import { Committer } from './committer.ts';

beforeAll(() => {
  Logger.overrideLogger(false);
});

const at = Date.UTC(2026, 10, 22, 9);
const row = (userId: number, byId = userId): CheckInRow => [userId, byId, at, 4000, 192_000];
const stored = ([, byId, time]: CheckInRow): Stored => [time, byId, null, null];
const driver = (fields: object): Error => Object.assign(new Error('told by the driver'), fields);
const faulty = () => driver({ errno: 1452, sqlState: '23000' });

function aCommitter(checkIn: (rows: CheckInRow[], call: number) => Stored[]) {
  const calls: number[][] = [];
  const told: AttendanceCommitted[] = [];
  const repository = {
    // A rejection, as the driver gives it, never a throw.
    checkIn: async (_: number, rows: CheckInRow[]) => {
      calls.push(rows.map(([userId]) => userId));
      await Promise.resolve();
      return checkIn(rows, calls.length);
    },
  } as unknown as AttendanceRepository;
  const signals = { publish: (_: unknown, signal: AttendanceCommitted) => told.push(signal) } as unknown as SignalBus;
  const metrics = new AttendanceMetrics(new Metrics());
  return { committer: new Committer(repository, signals, metrics), calls, told, metrics };
}

const jobOf = (rows: CheckInRow[]) => ({ eventId: 3, rows });

test('faulty rows fail alone, each in its place, and are counted', async () => {
  const bad = new Set([3, 7, 8]);
  const { committer, calls, metrics } = aCommitter((rows) => {
    if (rows.some(([userId]) => bad.has(userId))) throw faulty();
    return rows.map(stored);
  });
  const rows = Array.from({ length: 10 }, (_, index) => row(index + 1));
  const written = await committer.commit('check-in', jobOf(rows), 'patient');
  expect(written).toEqual(rows.map((one) => (bad.has(one[0]) ? null : stored(one))));
  expect((await metrics.faultyRows.get()).values[0]?.value).toBe(3);
  // Halving, not one by one: a batch of 500 with one faulty row is 19 statements.
  expect(calls.length).toBeLessThan(20);
});

test('a batch of 500 with one faulty row', async () => {
  const { committer, calls } = aCommitter((rows) => {
    if (rows.some(([userId]) => userId === 321)) throw faulty();
    return rows.map(stored);
  });
  const written = await committer.commit(
    'check-in',
    jobOf(Array.from({ length: 500 }, (_, index) => row(index + 1))),
    'patient',
  );
  expect(written.flatMap((one, index) => (one === null ? [index + 1] : []))).toEqual([321]);
  expect(calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(500)) + 1);
});

test('a deadlock is tried again, whoever waits', async () => {
  const { committer, calls } = aCommitter((rows, call) => {
    if (call < 3) throw driver({ errno: 1213 });
    return rows.map(stored);
  });
  await expect(committer.commit('check-in', jobOf([row(1)]), 'impatient')).resolves.toEqual([stored(row(1))]);
  expect(calls).toHaveLength(3);
});

test('a database that is away: the patient wait for it, the impatient are told', async () => {
  const away = aCommitter((rows, call) => {
    if (call < 2) throw driver({ code: 'ECONNREFUSED' });
    return rows.map(stored);
  });
  await expect(away.committer.commit('check-in', jobOf([row(1)]), 'patient')).resolves.toEqual([stored(row(1))]);
  const impatient = aCommitter(() => {
    throw driver({ code: 'ECONNREFUSED' });
  });
  await expect(impatient.committer.commit('check-in', jobOf([row(1)]), 'impatient')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  expect(impatient.told).toEqual([]);
});

test('a worker that is stopping gives its batch back instead of waiting for ever', async () => {
  const { committer } = aCommitter(() => {
    throw driver({ code: 'ECONNREFUSED' });
  });
  const work = committer.commit('check-in', jobOf([row(1)]), 'patient');
  committer.stopWaiting();
  await expect(work).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('tells of the event, and of those alone whom this very request brought', async () => {
  const { committer, told } = aCommitter((rows) =>
    rows.map(([userId, byId]): Stored =>
      userId === 4
        ? [at - 1_000, 9, null, null]
        : userId === 5
          ? [at - 1_000, byId, null, null]
          : [at, byId, null, null],
    ),
  );
  await committer.commit('check-in', jobOf([row(1), row(2, 1), row(4, 1), row(5, 1)]), 'patient');
  // 4 was brought by somebody else before, 5 by the same student in an earlier request: both have been told.
  expect(told).toEqual([
    { eventId: 3, brought: [{ userId: 2, checkedInAt: at, checkedInBy: 1, checkedOutAt: null, checkedOutBy: null }] },
  ]);
});

test('a check-out of somebody else is told to them, one that waits or was refused is not', async () => {
  const told: AttendanceCommitted[] = [];
  const rows: CheckOutRow[] = [
    [1, 1, at, false],
    [2, 1, at, false],
    [3, 1, at, true],
    [4, 1, at, false],
  ];
  const repository = {
    checkOut: () => Promise.resolve([[1, 1, at, 1], [1, 1, at, 1], 'awaited', null]),
  } as unknown as AttendanceRepository;
  const signals = { publish: (_: unknown, signal: AttendanceCommitted) => told.push(signal) } as unknown as SignalBus;
  await new Committer(repository, signals, new AttendanceMetrics(new Metrics())).commit(
    'check-out',
    { eventId: 3, rows, tries: 0 },
    'patient',
  );
  expect(told[0]?.brought.map(({ userId }) => userId)).toEqual([2]);
});
