import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import type { AttendanceRow, CheckOut, WriteResult } from '../records/attendance.ts';
import type { GivenUpRepository } from '../audit/given-up.repository.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import { AttendanceProcessor, triesForPending } from './attendance.processor.ts';
import type { BatchReplies } from './batch-replies.ts';
import type { Batch } from './batch.ts';
import type { Committer } from './committer.ts';
import { packBatch, unpackBatch, type BatchJob, type BatchReply } from './job.ts';

beforeAll(() => {
  Logger.overrideLogger(false);
});

const at = Date.UTC(2026, 10, 22, 9);
const checkOut = (userId: number): CheckOut => ({ userId, byId: 1, at, expected: true });
const row: AttendanceRow = { userId: 1, checkedInAt: at, checkedInBy: 1, checkedOutAt: at, checkedOutBy: 1 };
const checkOuts: Batch<'check-out'> = { act: 'check-out', eventId: 3, rows: [1, 2, 3].map(checkOut) };
const twoPending: WriteResult[] = [{ kind: 'stored', row }, { kind: 'pending' }, { kind: 'pending' }];

function aProcessor(commit: () => Promise<WriteResult[]>) {
  const committed: Batch[] = [];
  const replies: BatchReply[] = [];
  const metrics = new AttendanceMetrics(new Metrics());
  const committer = {
    commit: (batch: Batch) => {
      committed.push(batch);
      return commit();
    },
    stopWaiting: () => undefined,
  } as unknown as Committer;
  const sender = { send: (_: string, reply: BatchReply) => replies.push(reply) } as unknown as BatchReplies;
  const givenUp: unknown[] = [];
  const audit = {
    add: (...entry: unknown[]) => Promise.resolve(givenUp.push([...entry, replies.length])),
  } as unknown as GivenUpRepository;
  const closed: boolean[] = [];
  // Redis is away, so the batches at work are never done.
  const queue = { pause: () => new Promise(() => undefined), close: (leave: boolean) => closed.push(leave) };
  const processor = new AttendanceProcessor(committer, sender, metrics, audit, queue as unknown as Queue);
  return { processor, committed, replies, metrics, givenUp, closed };
}

function aJob(name: string, data: BatchJob) {
  const job = {
    id: 'p-1',
    name,
    data,
    discarded: false,
    update: (changed: BatchJob) => Promise.resolve((job.data = changed)),
    discard: () => Promise.resolve((job.discarded = true)),
  };
  return job;
}

const process = (processor: AttendanceProcessor, job: ReturnType<typeof aJob>) =>
  processor.process(job as unknown as Job<BatchJob>);
const valueOf = async (counter: AttendanceMetrics['jobsPutAside']) => (await counter.get()).values[0]?.value;

test('a batch is committed once, and its sender is told', async () => {
  const { processor, committed, replies } = aProcessor(() => Promise.resolve([{ kind: 'stored', row }]));
  const batch: Batch = { act: 'check-out', eventId: 3, rows: [checkOut(1)] };
  await process(processor, aJob('check-out', packBatch(batch, 'here')));
  expect(committed).toEqual([batch]);
  expect(replies).toEqual([{ id: 'p-1', kind: 'written', results: [[at, 1, at, 1]], final: true }]);
});

test('check-outs whose check-in is missing are tried again, those rows alone, and their sender is told so', async () => {
  const { processor, replies } = aProcessor(() => Promise.resolve(twoPending));
  const job = aJob('check-out', packBatch(checkOuts, 'here'));
  await expect(process(processor, job)).rejects.toThrow('2 rows wait for their check-in');
  expect(unpackBatch('check-out', job.data).rows).toEqual([2, 3].map(checkOut));
  expect([job.data.tries, job.discarded]).toEqual([1, false]);
  expect(replies).toEqual([
    { id: 'p-1', kind: 'written', results: [[at, 1, at, 1], 'pending', 'pending'], final: false },
  ]);
});

test('after so many tries they are given up: in the audit, counted, and then their sender keeps the batch no longer', async () => {
  const { processor, replies, metrics, givenUp } = aProcessor(() => Promise.resolve(twoPending));
  await process(processor, aJob('check-out', packBatch(checkOuts, 'here', triesForPending)));
  expect(await valueOf(metrics.checkOutsGivenUp)).toBe(2);
  expect(replies).toMatchObject([{ final: true }]);
  // Written down before the reply.
  expect(givenUp).toEqual([['p-1', 3, [2, 3].map(checkOut), 0]]);
});

test.each<[string, string, () => Promise<WriteResult[]>]>([
  ['a job that nobody knows', 'erase', () => Promise.resolve([])],
  ['a mistake of our own', 'check-out', () => Promise.reject(new TypeError('rows is undefined'))],
])('%s is put aside: tried no more, counted, and its sender is told', async (_, name, commit) => {
  const { processor, replies, metrics } = aProcessor(commit);
  const job = aJob(name, packBatch(checkOuts, 'here'));
  await expect(process(processor, job)).rejects.toThrow();
  expect([job.discarded, await valueOf(metrics.jobsPutAside)]).toEqual([true, 1]);
  expect(replies).toEqual([{ id: 'p-1', kind: 'put-aside' }]);
});

test('a database that is away costs no job: it is tried again', async () => {
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const { processor, replies, metrics } = aProcessor(() => Promise.reject(away));
  const job = aJob('check-out', packBatch(checkOuts, 'here'));
  await expect(process(processor, job)).rejects.toBe(away);
  expect([job.discarded, await valueOf(metrics.jobsPutAside), replies]).toEqual([false, 0, []]);
});

test('at a shutdown batches at work are waited for only so long, then left to another worker', async () => {
  jest.useFakeTimers();
  const { processor, closed } = aProcessor(() => Promise.resolve([]));
  const stopped = processor.beforeApplicationShutdown();
  await jest.advanceTimersByTimeAsync(4_900);
  expect(closed).toEqual([]);
  await jest.advanceTimersByTimeAsync(200);
  await stopped;
  expect(closed).toEqual([true]);
  jest.useRealTimers();
});
