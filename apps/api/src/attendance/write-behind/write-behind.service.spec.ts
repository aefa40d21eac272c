import { jest } from '@jest/globals';
import { DatabaseLate } from '../../infrastructure/database/failures.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import type { CheckInRow, CheckOutRow, Written } from '../records/attendance-rows.ts';
import { WriteBehind } from './write-behind.service.ts';
import { QueueUnavailable, type QueueClient } from './queue-client.ts';
import type { Committer } from './committer.ts';

const stored: Written = [1, 2, null, null];
const rows = (count: number): CheckInRow[] => Array.from({ length: count }, (_, index) => [index + 1, 1, 0, 4000, 1]);
const out: CheckOutRow[] = [[1, 1, 0, true]];
const busy = { code: 'BUSY', status: 503, retryAfter: 2 };

interface Fakes {
  send?: (name: string, job: { rows: unknown[] }) => Promise<Written[] | 'queued'>;
  commit?: (name: string, job: { rows: unknown[] }) => Promise<Written[]>;
  isFull?: boolean;
}

function aWriter({ send, commit, isFull = false }: Fakes, env: Pick<Env, 'API_PROCESSES'> = { API_PROCESSES: 1 }) {
  const away = () => Promise.reject(new QueueUnavailable());
  const queue = { send: send ?? away, isFull } as unknown as QueueClient;
  const committer = { commit: commit ?? (() => Promise.reject(new Error('not asked'))) } as unknown as Committer;
  return new WriteBehind(queue, committer, new AttendanceMetrics(new Metrics()), env as Env);
}

test('events and kinds are gathered apart', async () => {
  const jobs: unknown[] = [];
  const writer = aWriter({
    send: (name, job) => {
      jobs.push([name, job.rows.length]);
      return Promise.resolve(job.rows.map(() => stored));
    },
  });
  await Promise.all([
    writer.write('check-in', 1, rows(2)),
    writer.write('check-in', 1, rows(1)),
    writer.write('check-in', 2, rows(1)),
    writer.write('check-out', 1, out),
  ]);
  expect(jobs).toEqual([
    ['check-in', 3],
    ['check-in', 1],
    ['check-out', 1],
  ]);
});

test.each([1, 4])('of %d processes that share the work each gathers for as many windows', async (API_PROCESSES) => {
  jest.useFakeTimers();
  try {
    let batches = 0;
    const send: Fakes['send'] = (_, job) => Promise.resolve(job.rows.map(() => (batches++, stored)));
    const writer = aWriter({ send }, { API_PROCESSES });
    const answers = [writer.write('check-in', 1, rows(1))];
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toBe(1);
    answers.push(writer.write('check-in', 1, rows(1)));
    await jest.advanceTimersByTimeAsync(25 * API_PROCESSES - 2);
    expect(batches).toBe(1);
    await jest.advanceTimersByTimeAsync(2);
    expect(batches).toBe(2);
    await Promise.all(answers);
  } finally {
    jest.useRealTimers();
  }
});

test('without the queue the same batch goes straight to the database', async () => {
  const writer = aWriter({ commit: (_, job) => Promise.resolve(job.rows.map(() => stored)) });
  await expect(writer.write('check-in', 1, rows(2))).resolves.toEqual([stored, stored]);
});

test.each<[string, Fakes['commit']]>([
  ['the database is away too', () => Promise.reject(new DatabaseLate('away'))],
  // Its check-in lies in the queue, and nothing could keep the check-out until it comes.
  ['its check-in is in the queue that is away', () => Promise.resolve(['awaited'])],
])('busy: %s', async (_, commit) => {
  await expect(aWriter({ commit }).write('check-out', 1, out)).rejects.toMatchObject(busy);
});

test('busy: too many batches are out there', async () => {
  await expect(aWriter({ isFull: true }).write('check-in', 1, rows(1))).rejects.toMatchObject(busy);
});

test('busy: too many rows are waited for; each answer makes room again', async () => {
  const arrivals: (() => void)[] = [];
  const writer = aWriter({
    send: (_, job) => new Promise((resolve) => arrivals.push(() => resolve(job.rows.map(() => stored)))),
  });
  const waiting = Array.from({ length: 250 }, () => writer.write('check-in', 1, rows(200)));
  await expect(writer.write('check-in', 1, rows(1))).rejects.toMatchObject(busy);
  const arriving = setInterval(() => {
    for (const arrive of arrivals.splice(0)) arrive();
  }, 5);
  await Promise.all(waiting);
  await expect(writer.write('check-in', 1, rows(1))).resolves.toEqual([stored]);
  clearInterval(arriving);
});

test('a mistake of ours is not hidden as busy', async () => {
  await expect(
    aWriter({ send: () => Promise.reject(new TypeError('ours')) }).write('check-in', 1, rows(1)),
  ).rejects.toThrow('ours');
});
