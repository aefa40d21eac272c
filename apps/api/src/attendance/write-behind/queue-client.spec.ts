import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { Clock } from '../../infrastructure/clock.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import type { CheckIn, WriteResult } from '../records/attendance.ts';
import type { BatchReplies } from './batch-replies.ts';
import type { Batch } from './batch.ts';
import { packResults, type BatchReply } from './job.ts';
import { mostKeptRows } from './kept-batches.ts';
import { BatchPutAside, QueueClient, QueueUnavailable } from './queue-client.ts';

const row: CheckIn = { userId: 2, byId: 2, at: 1, kbps: 4000, bytes: 1 };
const batch: Batch = { act: 'check-in', eventId: 3, rows: [row] };
const results: WriteResult[] = [
  { kind: 'stored', row: { userId: 2, checkedInAt: 1, checkedInBy: 2, checkedOutAt: null, checkedOutBy: null } },
];
const written = { kind: 'written', results };

/** Bull's queue as far as the client uses it: what it holds, and what it answers. */
class FakeQueue {
  readonly held = new Set<string>();
  readonly added: string[] = [];
  take: (id: string) => Promise<{ id: string | undefined }> = (id) => Promise.resolve({ id });
  waiting = 0;
  readonly client = Object.assign(new EventEmitter(), {
    pipeline: () => {
      const asked: string[] = [];
      return {
        exists: (key: string) => asked.push(key),
        exec: () => Promise.resolve(asked.map((key) => [null, this.held.has(key) ? 1 : 0])),
      };
    },
  });

  on = () => this;
  toKey = (id: string) => id;
  getWaitingCount = () => Promise.resolve(this.waiting);

  async add(_: string, __: unknown, { jobId }: { jobId: string }) {
    this.added.push(jobId);
    const added = await this.take(jobId);
    this.held.add(jobId);
    return added;
  }
}

function aClient() {
  const queue = new FakeQueue();
  let reply: (reply: BatchReply) => void = () => undefined;
  const replies = { listen: (handle: typeof reply) => (reply = handle) } as unknown as BatchReplies;
  const metrics = new AttendanceMetrics(new Metrics());
  const client = new QueueClient(queue as unknown as Queue, replies, metrics, new Clock(), { processId: 'p' } as Env);
  client.onModuleInit();
  const commit = (id: string, final = true) => {
    if (final) queue.held.delete(id);
    reply({ id, kind: 'written', results: packResults(results), final });
  };
  return { client, queue, commit, reply: (message: BatchReply) => reply(message) };
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('what became of the rows, also when the worker is done before the queue has answered', async () => {
  const { client, queue, commit } = aClient();
  queue.take = (id) => {
    commit(id);
    return Promise.resolve({ id });
  };
  await expect(client.send(batch)).resolves.toEqual(written);
});

test('every batch has an id of its own', async () => {
  const { client, queue } = aClient();
  for (let count = 0; count < 3; count++) void client.send(batch);
  await pass(1);
  expect(new Set(queue.added)).toEqual(new Set(['p-1', 'p-2', 'p-3']));
});

test.each<[string, () => Promise<{ id: string | undefined }>]>([
  ['the queue is away', () => Promise.reject(new Error('Connection is closed.'))],
  ['it says yes and has queued nothing', () => Promise.resolve({ id: undefined })],
])('%s: nothing was promised, and it is left alone for a moment', async (_, take) => {
  const { client, queue, commit } = aClient();
  queue.take = take;
  await expect(client.send(batch)).rejects.toBeInstanceOf(QueueUnavailable);
  await expect(client.send(batch)).rejects.toBeInstanceOf(QueueUnavailable);
  expect(queue.added).toHaveLength(1);
  await pass(500);
  queue.take = (id) => Promise.resolve({ id });
  const answer = client.send(batch);
  await pass(1);
  commit('p-2');
  await expect(answer).resolves.toEqual(written);
});

test('a batch that a worker puts aside fails its requests', async () => {
  const { client, reply } = aClient();
  const answer = client.send(batch);
  answer.catch(() => undefined);
  await pass(1);
  reply({ id: 'p-1', kind: 'put-aside' });
  await expect(answer).rejects.toBeInstanceOf(BatchPutAside);
});

describe('a commit that is late', () => {
  test('is answered as queued after the deadline; then at once, until a commit is in time again', async () => {
    const { client, commit } = aClient();
    const first = client.send(batch);
    await pass(1_999);
    expect(client.isLate).toBe(false);
    await pass(1);
    await expect(first).resolves.toEqual({ kind: 'queued' });
    await expect(client.send(batch)).resolves.toEqual({ kind: 'queued' });
    commit('p-1');
    expect(client.isLate).toBe(true);
    commit('p-2');
    expect(client.isLate).toBe(false);
  });

  test('is over when nothing is overdue any more, though nobody checks in', async () => {
    const { client, commit } = aClient();
    void client.send(batch);
    await pass(2_500);
    expect(client.isLate).toBe(true);
    commit('p-1');
    await client.look();
    expect(client.isLate).toBe(false);
  });

  test('is no matter of the others when one batch alone is held up', async () => {
    const { client, commit } = aClient();
    void client.send(batch);
    await pass(1_500);
    const second = client.send(batch);
    await pass(10);
    commit('p-2');
    await expect(second).resolves.toEqual(written);
    await pass(1_000);
    expect(client.isLate).toBe(false);
  });
});

describe('a reply that is lost', () => {
  test('is no late database: the queue is asked, and the worker answers what stands', async () => {
    const { client, queue, commit } = aClient();
    const answer = client.send(batch);
    await pass(1_000);
    // Committed, and the message that says so never came.
    queue.held.delete('p-1');
    queue.take = (id) => {
      setTimeout(() => commit(id), 5);
      return Promise.resolve({ id });
    };
    await pass(1_100);
    await expect(answer).resolves.toEqual(written);
    expect(client.isLate).toBe(false);
  });
});

describe('a queue that loses its data', () => {
  test('is given again what was promised, under the same id, until the commit is seen', async () => {
    const { client, queue, commit } = aClient();
    const answer = client.send(batch);
    await pass(2_000);
    await expect(answer).resolves.toEqual({ kind: 'queued' });
    queue.held.clear();
    await pass(2_000);
    await client.look();
    expect(queue.added).toEqual(['p-1', 'p-1']);
    await pass(10_000);
    await client.look();
    expect(queue.added).toHaveLength(2);
    commit('p-1');
    queue.held.clear();
    await pass(60_000);
    await client.look();
    expect(queue.added).toHaveLength(2);
  });

  test('is looked at as soon as Redis is back', async () => {
    const { client, queue } = aClient();
    void client.send(batch);
    await pass(100);
    queue.held.clear();
    queue.client.emit('ready');
    await client.look();
    expect(queue.added).toEqual(['p-1', 'p-1']);
  });

  test('also of check-outs that wait for their check-in: a reply that is not final keeps the batch', async () => {
    const { client, queue, commit } = aClient();
    const answer = client.send(batch);
    await pass(1);
    commit('p-1', false);
    await expect(answer).resolves.toEqual(written);
    queue.held.clear();
    await pass(3_000);
    await client.look();
    expect(queue.added).toEqual(['p-1', 'p-1']);
  });
});

test('what is kept is bounded, and is not forgotten while the queue still has it', async () => {
  const { client, commit } = aClient();
  const large: Batch = { ...batch, rows: Array.from({ length: mostKeptRows }, () => row) };
  void client.send(large);
  await pass(60 * 60_000);
  expect(client.isFull(1)).toBe(true);
  commit('p-1');
  expect(client.isFull(1)).toBe(false);
});

test('the length of the queue in Redis bounds too, whoever has filled it', async () => {
  const { client, queue } = aClient();
  void client.send(batch);
  queue.waiting = 50_000;
  await client.look();
  expect(client.isFull(1)).toBe(true);
  queue.waiting = 10;
  await client.look();
  expect(client.isFull(1)).toBe(false);
});
