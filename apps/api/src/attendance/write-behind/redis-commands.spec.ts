import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Bull, { type Job } from 'bull';
import { Redis, type RedisOptions } from 'ioredis';
import { Logger } from '@nestjs/common';
import { aRedis, eventually, ReplicatedRedis } from '@exco/testing';
import { Clock } from '../../infrastructure/clock.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { patient, queueOptions } from '../../infrastructure/redis/queue-options.ts';
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

beforeAll(() => {
  Logger.overrideLogger(false);
});

interface Side {
  client: QueueClient;
  close: () => Promise<void>;
}

/** Instead of a database. */
const written = (one: Batch): Promise<WriteResult[]> => Promise.resolve(one.rows.map(stored));

/** An API process and a worker on a Redis of their own. */
async function bothSides(
  url: string,
  commit = written,
  settings: Bull.AdvancedSettings = {},
): Promise<{ api: Side; worker: Side & { queue: Bull.Queue }; other: Side }> {
  const queueOf = (commands: RedisOptions, clients: Redis[]) => {
    const { createClient, ...options } = queueOptions(url, commands);
    return new Bull(attendanceQueue, {
      ...options,
      settings: { ...options.settings, ...settings },
      createClient: (type) => {
        const client = createClient?.(type) as Redis;
        clients.push(client);
        return client;
      },
      defaultJobOptions: { removeOnComplete: true, attempts: 1_000_000, backoff: { type: 'capped' } },
    });
  };
  const sideOf = (processId: string, options: RedisOptions): Side & { queue: Bull.Queue; replies: BatchReplies } => {
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
  const worker = sideOf('worker', patient);
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

/**
 * What Redis has written to its append-only file so far: one command each, or a script’s commands together. Redis syncs after
 * each of them, but for those that it does in the same turn.
 */
async function writtenToDisk(redis: Redis): Promise<string[]> {
  const [, folder = ''] = (await redis.config('GET', 'dir')) as string[];
  const [file = ''] = globSync(join(folder, 'appendonlydir', '*.incr.aof'));
  const lines = readFileSync(file, 'utf8').split('\r\n');
  const writes: string[][] = [];
  let inScript = false;
  for (let at = 0; at < lines.length - 1; at += 1 + 2 * Number(lines[at]?.slice(1))) {
    const name = (lines[at + 2] ?? '').toLowerCase();
    if (name === 'exec') inScript = false;
    else if (inScript) writes.at(-1)?.push(name);
    else writes.push(name === 'multi' ? [] : [name]);
    if (name === 'multi') inScript = true;
  }
  return writes.map((names) => names.join(' '));
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

test('one batch is synced to disk when it is accepted and when it is done, and not when a worker begins with it', async () => {
  const redis = await aRedis();
  const sides = await bothSides(redis.url);
  const plain = createRedis(redis.url, {});
  try {
    await sides.api.client.send(batch);
    const before = await writtenToDisk(plain);
    const batches = 40;
    for (let count = 0; count < batches; count++) await sides.api.client.send(batch);
    const since = Object.groupBy((await writtenToDisk(plain)).slice(before.length), (names) => names);
    const often = Object.keys(since).filter((names) => (since[names]?.length ?? 0) > batches / 5);
    expect(often).toEqual([
      expect.stringContaining('incr hmset lpush'),
      // In the same turn as the script before it: the worker waits for that.
      'rpoplpush',
      expect.stringContaining('lrem del'),
    ]);
  } finally {
    plain.disconnect();
    await Promise.all(Object.values(sides).map((side: Side) => side.close()));
    await redis.close();
  }
});

test('a Redis that is killed gives out once more the batch that a worker has, and no other', async () => {
  const redis = await aRedis();
  const release = Promise.withResolvers<null>();
  let held: number | null = null;
  const commit = async (one: Batch) => {
    if (held !== null && held++ < 2) await release.promise;
    return written(one);
  };
  const { api, other, worker } = await bothSides(redis.url, commit, { stalledInterval: 500 });
  const plain = createRedis(redis.url, {});
  const queueKey = (name: string) => `${redisPrefix}:${attendanceQueue}:${name}`;
  try {
    // Many at once: then workers also take what was added while they asked for the next.
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let count = 0; count < 30; count++) await api.client.send(batch);
      }),
    );
    held = 0;
    const sent = api.client.send(batch);
    await eventually(() => expect(held).toBe(1));
    await redis.process.kill();
    await redis.process.start();
    // It may be between the two lists at this moment: it has no lock, and is given out again.
    await eventually(async () =>
      expect((await plain.llen(queueKey('active'))) + (await plain.llen(queueKey('wait')))).toBe(1),
    );
    release.resolve(null);
    await expect(sent).resolves.toMatchObject({ kind: 'written' });
    await eventually(async () => {
      const keys = await plain.keys(queueKey('*'));
      expect(keys.sort()).toEqual([queueKey('id'), queueKey('stalled-check')]);
    });
    expect(held).toBeGreaterThanOrEqual(2);
    await expect(api.client.send(batch)).resolves.toMatchObject({ kind: 'written' });
  } finally {
    release.resolve(null);
    plain.disconnect();
    await Promise.all([api, other, worker].map((side) => side.close()));
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
    const { api, other, worker } = await bothSides(redis.url, (one) => {
      committed.push(one);
      return written(one);
    });
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
