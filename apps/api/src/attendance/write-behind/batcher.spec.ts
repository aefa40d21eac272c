import { jest } from '@jest/globals';
import { Clock } from '../../infrastructure/clock.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { DatabaseLate } from '../../infrastructure/database/failures.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import type { CheckIn, CheckOut, WriteResult } from '../records/attendance.ts';
import type { Batch, Outcome } from './batch.ts';
import { Batcher } from './batcher.ts';
import type { Committer } from './committer.ts';
import { QueueUnavailable, type QueueClient } from './queue-client.ts';

const busy = { code: 'BUSY', status: 503, retryAfter: 2 };
const stored = (userId: number): WriteResult => ({
  kind: 'stored',
  row: { userId, checkedInAt: 1, checkedInBy: userId, checkedOutAt: null, checkedOutBy: null },
});
const rows = (count: number, byId = 1): CheckIn[] =>
  Array.from({ length: count }, (_, index) => ({ userId: byId * 10_000 + index, byId, at: 0, kbps: 4000, bytes: 1 }));
const out = (userId: number, byId: number): CheckOut => ({ userId, byId, at: 0, expected: true });
const allStored = (batch: Batch): WriteResult[] => batch.rows.map(({ userId }) => stored(userId));

interface Fakes {
  send?: (batch: Batch) => Promise<Outcome>;
  commit?: (batch: Batch) => Promise<WriteResult[]>;
  isFull?: () => boolean;
  processes?: number;
}

function aBatcher({ send, commit, isFull = () => false, processes = 1 }: Fakes) {
  const away = () => Promise.reject(new QueueUnavailable());
  const queue = { send: send ?? away, isFull, isLate: false } as unknown as QueueClient;
  const committer = { commit: commit ?? (() => Promise.reject(new Error('not asked'))) } as unknown as Committer;
  const metrics = new AttendanceMetrics(new Metrics());
  return new Batcher(queue, committer, metrics, new Clock(), { API_PROCESSES: processes } as Env);
}
const viaQueue = (batch: Batch): Promise<Outcome> => Promise.resolve({ kind: 'written', results: allStored(batch) });

test('events and acts are gathered apart', async () => {
  const sent: unknown[] = [];
  const batcher = aBatcher({
    send: (batch) => {
      sent.push([batch.act, batch.eventId, batch.rows.length]);
      return viaQueue(batch);
    },
  });
  await Promise.all([
    batcher.write('check-in', 1, rows(2, 1)),
    batcher.write('check-in', 1, rows(1, 2)),
    batcher.write('check-in', 2, rows(1, 3)),
    batcher.write('check-out', 1, [out(1, 1)]),
  ]);
  expect(sent).toEqual([
    ['check-in', 1, 3],
    ['check-in', 2, 1],
    ['check-out', 1, 1],
  ]);
});

test.each([
  [1, 'check-in', 25],
  [4, 'check-in', 100],
  [1, 'check-out', 100],
] as const)('of %d processes that share the work each gathers %ss for %d ms', async (processes, act, window) => {
  jest.useFakeTimers();
  try {
    let batches = 0;
    const batcher = aBatcher({ send: (batch) => (batches++, viaQueue(batch)), processes });
    const write = () => batcher.write(act, 1, act === 'check-in' ? rows(1) : [out(1, 1)]);
    const answers = [write()];
    await jest.advanceTimersByTimeAsync(1);
    answers.push(write());
    await jest.advanceTimersByTimeAsync(window - 2);
    expect(batches).toBe(1);
    await jest.advanceTimersByTimeAsync(2);
    expect(batches).toBe(2);
    await Promise.all(answers);
  } finally {
    jest.useRealTimers();
  }
});

describe('without the queue', () => {
  test('the same batch goes straight to the database', async () => {
    const batcher = aBatcher({ commit: (batch) => Promise.resolve(allStored(batch)) });
    const [first] = rows(1);
    await expect(batcher.write('check-in', 1, rows(1))).resolves.toEqual({
      kind: 'written',
      results: [stored(first?.userId ?? 0)],
    });
  });

  test('a row that waits for its check-in makes its own request busy, not the others of its batch', async () => {
    const batcher = aBatcher({ commit: () => Promise.resolve([{ kind: 'pending' }, stored(2)]) });
    const [one, other] = await Promise.allSettled([
      batcher.write('check-out', 1, [out(1, 1)]),
      batcher.write('check-out', 1, [out(2, 2)]),
    ]);
    expect(one).toMatchObject({ status: 'rejected', reason: busy });
    expect(other).toMatchObject({ status: 'fulfilled', value: { kind: 'written', results: [stored(2)] } });
  });

  test('the database is away too: busy', async () => {
    const batcher = aBatcher({ commit: () => Promise.reject(new DatabaseLate('away')) });
    await expect(batcher.write('check-in', 1, rows(1))).rejects.toMatchObject(busy);
  });

  test('a mistake of our own is not hidden as busy', async () => {
    const batcher = aBatcher({ commit: () => Promise.reject(new TypeError('ours')) });
    await expect(batcher.write('check-in', 1, rows(1))).rejects.toThrow('ours');
  });
});

test('busy: too much is on its way', async () => {
  await expect(aBatcher({ isFull: () => true }).write('check-in', 1, rows(1))).rejects.toMatchObject(busy);
});

describe('with answers that do not come', () => {
  function aSlowQueue() {
    const arrivals: (() => void)[] = [];
    const send = (batch: Batch) =>
      new Promise<Outcome>((resolve) => arrivals.push(() => resolve({ kind: 'written', results: allStored(batch) })));
    const release = () => {
      for (const arrive of arrivals.splice(0)) arrive();
    };
    return { batcher: aBatcher({ send }), release };
  }

  test('one student has a bounded share, and the others go on', async () => {
    const { batcher, release } = aSlowQueue();
    const waiting = Array.from({ length: 10 }, () => batcher.write('check-in', 1, rows(200, 1)));
    await expect(batcher.write('check-in', 1, rows(1, 1))).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    const other = batcher.write('check-in', 1, rows(200, 2));
    release();
    await Promise.all(waiting);
    release();
    await other;
    const again = batcher.write('check-in', 1, rows(200, 1));
    release();
    await expect(again).resolves.toMatchObject({ kind: 'written' });
  });

  test('the rows of all are bounded; each answer makes room again', async () => {
    const { batcher, release } = aSlowQueue();
    const waiting = Array.from({ length: 250 }, (_, index) => batcher.write('check-in', 1, rows(200, index)));
    await expect(batcher.write('check-in', 1, rows(1, 999))).rejects.toMatchObject(busy);
    release();
    await Promise.all(waiting);
    const next = batcher.write('check-in', 1, rows(200, 999));
    release();
    await expect(next).resolves.toMatchObject({ kind: 'written' });
  });
});

test('an event that is over leaves no batcher behind', async () => {
  jest.useFakeTimers();
  try {
    const batcher = aBatcher({ send: viaQueue });
    const answers = [1, 2, 3].map((eventId) => batcher.write('check-in', eventId, rows(1, eventId)));
    await jest.advanceTimersByTimeAsync(30);
    await Promise.all(answers);
    expect(batcher.size).toBe(3);
    batcher.forgetIdle();
    expect(batcher.size).toBe(3);
    await jest.advanceTimersByTimeAsync(61_000);
    batcher.forgetIdle();
    expect(batcher.size).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
