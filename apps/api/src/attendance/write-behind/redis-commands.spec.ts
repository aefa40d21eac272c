import Bull, { type Job } from 'bull';
import { Redis } from 'ioredis';
import { aRedis, eventually, ReplicatedRedis } from '@exco/testing';
import { Clock } from '../../infrastructure/clock.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { createRedis, failFast, RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import type { GivenUpRepository } from '../audit/given-up.repository.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import type { CheckIn, WriteResult } from '../records/attendance.ts';
import { AttendanceProcessor } from './attendance.processor.ts';
import { BatchReplies } from './batch-replies.ts';
import type { Batch } from './batch.ts';
import type { Committer } from './committer.ts';
import { attendanceQueue, type BatchJob } from './job.ts';
import { QueueClient } from './queue-client.ts';

const row = (userId: number): CheckIn => ({ userId, byId: userId, at: 1, kbps: 4000, bytes: 1 });
const batch: Batch = { act: 'check-in', eventId: 3, rows: [row(1), row(2)] };
const stored = ({ userId }: { userId: number }): WriteResult => ({
  kind: 'stored',
  row: { userId, checkedInAt: 1, checkedInBy: userId, checkedOutAt: null, checkedOutBy: null },
});

interface Side {
  client: QueueClient;
  close: () => Promise<void>;
}

/** An API process and a worker on a Redis of their own, without a database. @param committed is told of each batch */
async function bothSides(
  url: string,
  committed: (batch: Batch) => unknown = () => undefined,
): Promise<{ api: Side; worker: Side & { queue: Bull.Queue }; other: Side }> {
  const queueOf = (options: object, clients: Redis[]) =>
    new Bull(attendanceQueue, {
      prefix: redisPrefix,
      createClient: (type) => {
        const blocking = { maxRetriesPerRequest: null, enableReadyCheck: false };
        const client = createRedis(url, type === 'client' ? options : blocking);
        clients.push(client);
        return client;
      },
      settings: { drainDelay: 2, backoffStrategies: { capped: () => 1_000 } },
      defaultJobOptions: { removeOnComplete: true, attempts: 1_000_000, backoff: { type: 'capped' } },
    });
  const sideOf = (processId: string, options: object): Side & { queue: Bull.Queue; replies: BatchReplies } => {
    const env = { REDIS_URL: url, processId } as Env;
    const connections = new RedisConnections(url);
    const replies = new BatchReplies(connections, env);
    const clients: Redis[] = [];
    const queue = queueOf(options, clients);
    const client = new QueueClient(queue, replies, new AttendanceMetrics(new Metrics()), new Clock(), env);
    const close = async () => {
      replies.onApplicationShutdown();
      await queue.close(true);
      // One that Bull has left open would try to connect again for ever, and jest would not end.
      for (const one of clients) one.disconnect();
      connections.onApplicationShutdown();
    };
    return { client, queue, replies, close };
  };
  const [api, other] = [sideOf('api', failFast), sideOf('other', failFast)];
  const worker = sideOf('worker', { maxRetriesPerRequest: null, enableReadyCheck: false });
  const commit = (one: Batch) => {
    committed(one);
    return Promise.resolve(one.rows.map(stored));
  };
  const committer = { commit } as unknown as Committer;
  const metrics = new AttendanceMetrics(new Metrics());
  const givenUp = { add: () => Promise.resolve() } as unknown as GivenUpRepository;
  const processor = new AttendanceProcessor(committer, worker.replies, metrics, givenUp, worker.queue);
  api.client.onModuleInit();
  other.client.onModuleInit();
  await Promise.all([api, other, worker].map(({ queue }) => queue.isReady()));
  await eventually(() => {
    for (const { queue, replies } of [api, other, worker])
      expect([queue.client.status, replies.isListening]).toEqual(['ready', queue !== worker.queue]);
  });
  worker.queue.process('*', 4, (job: Job<BatchJob>) => processor.process(job)).catch(() => undefined);
  return { api, other, worker };
}

/** How often each command ran since the last reset, those inside scripts too. */
async function commandCounts(redis: Redis): Promise<Map<string, number>> {
  const text = await redis.info('commandstats');
  return new Map(
    [...text.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name = '', calls]) => [name, Number(calls)]),
  );
}

/** Commands of one batch, those inside Bull's scripts included. A fifth of one is left for what happens at times. */
const mostPerBatch: Record<string, number> = {
  // Scripts: add, move to active, move to finished, and one look for a next job.
  evalsha: 4,
  // Bull's four messages, and the reply.
  publish: 5,
  // The job: its number, its fields, its place in the lists and its end.
  incr: 1,
  hmset: 1,
  lpush: 1,
  brpoplpush: 1,
  hset: 1,
  hget: 1,
  hgetall: 1,
  lrem: 1,
  zrem: 1,
  rpoplpush: 2,
  exists: 3,
  // Its lock, and that it has not stalled.
  set: 1,
  get: 1,
  srem: 2,
  del: 2,
};

test('what one batch asks of Redis, and to whom its result goes', async () => {
  const redis = await aRedis();
  const sides = await bothSides(redis.url);
  const [plain, listener] = [createRedis(redis.url, {}), createRedis(redis.url, {})];
  const told: string[] = [];
  listener.on('pmessage', (_: string, channel: string) => told.push(channel));
  try {
    await listener.psubscribe(`${redisPrefix}:replies:*`);
    const batches = 40;
    await sides.api.client.send(batch);
    told.length = 0;
    await plain.config('RESETSTAT');
    for (let count = 0; count < batches; count++)
      await expect(sides.api.client.send(batch)).resolves.toMatchObject({ kind: 'written' });
    const counts = await commandCounts(plain);
    expect(new Set(told)).toEqual(new Set([`${redisPrefix}:replies:api`]));
    expect(told).toHaveLength(batches);
    const tooMany = [...counts].filter(([name, count]) => count / batches > (mostPerBatch[name] ?? 0) + 0.2);
    expect(tooMany).toEqual([]);
  } finally {
    plain.disconnect();
    listener.disconnect();
    await Promise.all(Object.values(sides).map((side: Side) => side.close()));
    await redis.close();
  }
});

test('a queue whose keys are gone takes batches again', async () => {
  const redis = await aRedis();
  const { api, other, worker } = await bothSides(redis.url);
  const plain = new Redis({ path: redis.url.slice('unix://'.length) });
  try {
    await plain.flushall();
    await expect(api.client.send(batch)).resolves.toMatchObject({ kind: 'written' });
  } finally {
    plain.disconnect();
    await Promise.all([api, other, worker].map((side) => side.close()));
    await redis.close();
  }
});

test.each([
  ['by Sentinel', () => ReplicatedRedis.bySentinel()],
  ['as a Cluster', () => ReplicatedRedis.asCluster()],
])(
  '%s: a master cut from its replica takes a batch and dies; the replica in its place is given it',
  async (_, start) => {
    const redis = await start();
    const committed: Batch[] = [];
    const { api, other, worker } = await bothSides(redis.url, (one) => committed.push(one));
    try {
      await expect(api.client.send(batch)).resolves.toMatchObject({ kind: 'written' });
      await worker.queue.pause(true);
      await redis.cutReplication();
      await expect(api.client.send(batch)).resolves.toEqual({ kind: 'queued' });
      expect(await redis.askMaster((one) => one.llen(`${redisPrefix}:attendance:wait`))).toBe(1);
      expect(await redis.askReplica((one) => one.llen(`${redisPrefix}:attendance:wait`))).toBe(0);
      await redis.failOver();
      // As once a second.
      await eventually(async () => {
        await api.client.look();
        expect(await redis.askReplica((one) => one.llen(`${redisPrefix}:attendance:wait`))).toBe(1);
      });
      await worker.queue.resume(true);
      await eventually(() => expect(committed).toEqual([batch, batch]));
      await eventually(async () => expect(await api.client.send(batch)).toMatchObject({ kind: 'written' }));
    } finally {
      await Promise.all([api, other, worker].map((side) => side.close()));
      await redis.close();
    }
  },
  60_000,
);
