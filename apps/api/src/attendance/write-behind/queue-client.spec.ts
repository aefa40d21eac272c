import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import type { Queue } from 'bull';
import type { Env } from '../../infrastructure/config/env.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import { QueueClient, QueueUnavailable } from './queue-client.ts';

const job = { eventId: 3, rows: [] };
const written = [[1, 2, null, null]];

class FakeQueue extends EventEmitter {
  readonly added: string[] = [];
  take: (jobId: string) => Promise<{ id: string | undefined }> = (jobId) => Promise.resolve({ id: jobId });

  add(_: string, __: unknown, { jobId }: { jobId: string }) {
    this.added.push(jobId);
    return this.take(jobId);
  }

  complete(index: number) {
    this.emit('global:completed', this.added[index], JSON.stringify(written));
  }
}

function aQueue() {
  const bull = new FakeQueue();
  const queue = new QueueClient(
    bull as unknown as Queue,
    { processId: 'p' } as Env,
    new AttendanceMetrics(new Metrics()),
  );
  queue.onModuleInit();
  return { bull, queue };
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('what became of the rows, also when the worker is done before the queue has answered', async () => {
  const { bull, queue } = aQueue();
  bull.take = (jobId) => {
    bull.complete(0);
    return Promise.resolve({ id: jobId });
  };
  await expect(queue.send('check-in', job)).resolves.toEqual(written);
});

test('after the deadline: queued; then at once, until a commit is on time again', async () => {
  const { bull, queue } = aQueue();
  const first = queue.send('check-in', job);
  await settled();
  jest.advanceTimersByTime(1_999);
  bull.emit('global:completed', 'somebody-else-1', '[]');
  jest.advanceTimersByTime(1);
  await expect(first).resolves.toBe('queued');
  await expect(queue.send('check-in', job)).resolves.toBe('queued');
  jest.advanceTimersByTime(1);
  // The commit of the first was late; that of the second is known in time.
  bull.complete(0);
  await expect(queue.send('check-in', job)).resolves.toBe('queued');
  bull.complete(2);
  const next = queue.send('check-in', job);
  await settled();
  bull.complete(3);
  await expect(next).resolves.toEqual(written);
});

test('every batch has an id of its own', async () => {
  const { bull, queue } = aQueue();
  for (let batch = 0; batch < 3; batch++) void queue.send('check-in', job);
  await settled();
  expect(new Set(bull.added)).toEqual(new Set(['p-1', 'p-2', 'p-3']));
});

test.each<[string, () => Promise<{ id: string | undefined }>]>([
  ['the queue is away', () => Promise.reject(new Error('Connection is closed.'))],
  ['it says yes and has queued nothing', () => Promise.resolve({ id: undefined })],
])('%s: nothing was accepted, and it is left alone for a moment', async (_, take) => {
  const { bull, queue } = aQueue();
  bull.take = take;
  await expect(queue.send('check-in', job)).rejects.toBeInstanceOf(QueueUnavailable);
  await expect(queue.send('check-in', job)).rejects.toBeInstanceOf(QueueUnavailable);
  expect(bull.added).toHaveLength(1);
  expect(queue.isFull).toBe(false);
  jest.advanceTimersByTime(500);
  bull.take = (jobId) => Promise.resolve({ id: jobId });
  const answer = queue.send('check-in', job);
  await settled();
  bull.complete(1);
  await expect(answer).resolves.toEqual(written);
});

test('what is out there is bounded, and what is never heard of again is forgotten', async () => {
  const { queue } = aQueue();
  const all = Array.from({ length: 20_000 }, () => queue.send('check-in', job));
  await settled();
  expect(queue.isFull).toBe(true);
  jest.advanceTimersByTime(2_000);
  await Promise.all(all);
  expect(queue.isFull).toBe(true);
  jest.advanceTimersByTime(17 * 60_000);
  expect(queue.isFull).toBe(false);
});
