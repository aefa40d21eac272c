import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { periodicTasksOf } from '../../infrastructure/scheduling/periodic.ts';
import { Clock } from '../../infrastructure/clock.ts';
import type { AttendanceRepository } from '../records/attendance.repository.ts';
import { AgreedCounts } from './agreed-counts.ts';
import { watchersLeft } from './presence-signals.ts';
import { Presence, watchingKey } from './presence.ts';

const eventId = 3;
/** Seconds: of the minute after which whoever is not confirmed is gone, a small part. */
const soon = 12;

let redis: Awaited<ReturnType<typeof aRedis>>;
let observer: Redis;
const stop: (() => Promise<void>)[] = [];
beforeAll(async () => {
  redis = await aRedis();
  observer = new Redis({ path: redis.url.slice('unix://'.length) });
});
afterEach(async () => {
  for (const one of stop.splice(0)) await one();
  await observer.flushall();
});
afterAll(async () => {
  observer.disconnect();
  await redis.close();
});

async function aProcess({ countsUrl = redis.url, speaks = true } = {}) {
  const connections = new RedisConnections(redis.url, countsUrl);
  const signals = new SignalBus(connections, new Metrics());
  signals.onModuleInit();
  const presence = new Presence(connections, signals);
  presence.onModuleInit();
  const heard: number[][] = [];
  signals.on(watchersLeft, ({ userIds }) => heard.push(userIds));
  const tasks = speaks ? periodicTasksOf(presence) : [];
  for (const task of tasks) task.start();
  await eventually(() =>
    expect([connections.commands.status, connections.subscriber.status]).toEqual(['ready', 'ready']),
  );
  stop.push(async () => {
    await Promise.all(tasks.map((task) => task.stop()));
    connections.onApplicationShutdown();
  });
  const repository = { counter: () => Promise.resolve({ checkedIn: 5, checkedOut: 2, revision: 9 }) };
  const counts = new AgreedCounts(
    repository as unknown as AttendanceRepository,
    presence,
    connections,
    signals,
    new Clock(),
  );
  return {
    counts,
    heard,
    redis: connections.counts,
    say: () => presence.report(),
    come: (userId: number) => presence.came(eventId, userId),
    go: (userId: number) => presence.left(eventId, userId),
  };
}

const watching = async () => (await observer.zrange(watchingKey(eventId), 0, -1)).map(Number);
const until = (...userIds: number[]) => eventually(async () => expect(await watching()).toEqual(userIds), soon);

test('whoever comes is there, whoever goes is not', async () => {
  const process = await aProcess({ speaks: false });
  process.come(7);
  process.come(8);
  await process.say();
  expect(await watching()).toEqual([7, 8]);
  process.go(7);
  await eventually(async () => {
    await process.say();
    expect(await watching()).toEqual([8]);
  });
});

test('whoever leaves one process and stays on another is never missing, until they leave that too', async () => {
  const [here, there] = [await aProcess({ speaks: false }), await aProcess({ speaks: false })];
  const sayUntilHeard = async (userId: number) => {
    const before = there.heard.length;
    await here.say();
    await eventually(() => expect(there.heard.slice(before)).toContainEqual([userId]));
  };
  here.come(7);
  here.come(8);
  there.come(7);
  await there.say();
  await here.say();
  here.go(7);
  await sayUntilHeard(7);
  expect(await watching()).toEqual([7, 8]);
  await there.say();
  here.go(8);
  await sayUntilHeard(8);
  // 7 was announced before 8, so it was looked at no later.
  await eventually(async () => {
    await here.say();
    expect(await watching()).not.toContain(8);
  });
  expect(await watching()).toEqual([7]);
  there.go(7);
  await eventually(async () => {
    await there.say();
    expect(await watching()).toEqual([]);
  });
});

test('an older copy of Redis that took its place does not take back the seq that was told', async () => {
  const { counts } = await aProcess({ speaks: false });
  const { seq } = await counts.newest(eventId);
  await observer.hset(`${redisPrefix}:counts:${eventId}`, 'seq', String(seq - 5));
  expect((await counts.newest(eventId)).seq).toBeGreaterThanOrEqual(seq);
});

test('whom Redis has lost is there again soon', async () => {
  const process = await aProcess();
  process.come(7);
  process.come(8);
  await until(7, 8);
  await observer.flushall();
  await until(7, 8);
});

test('whoever leaves while Redis does not answer has left when it does', async () => {
  const process = await aProcess({ speaks: false });
  process.come(7);
  await process.say();
  process.go(7);
  // When it is told that they leave, and when they are taken out.
  for (let time = 0; time < 2; time++) {
    const asked = jest.spyOn(process.redis, 'eval').mockRejectedValueOnce(new Error('Redis is away'));
    await eventually(async () => {
      await process.say();
      expect(asked).toHaveBeenCalled();
    });
    asked.mockRestore();
    await process.say();
  }
  expect(await watching()).toEqual([7]);
  await eventually(async () => {
    await process.say();
    expect(await watching()).toEqual([]);
  });
});

test('an event whose processes are all gone leaves nothing in Redis', async () => {
  const process = await aProcess();
  process.come(7);
  await until(7);
  expect(await observer.pttl(watchingKey(eventId))).toBeGreaterThan(0);
});

test('neither who is watching nor the counts are written to disk', async () => {
  const writtenBytes = async () => /^aof_current_size:(\d+)/m.exec(await observer.info('persistence'))?.[1];
  const process = await aProcess();
  const before = await writtenBytes();
  process.come(7);
  process.come(8);
  await until(7, 8);
  await process.counts.newest(eventId);
  process.go(7);
  await until(8);
  expect(await process.counts.newest(eventId)).toMatchObject({ checkedIn: 5, checkedOut: 2, watching: 1 });
  expect(await writtenBytes()).toBe(before);
});

test('a Redis of their own has both, where one is configured', async () => {
  const own = await aRedis();
  const keys = new Redis({ path: own.url.slice('unix://'.length) });
  try {
    const process = await aProcess({ countsUrl: own.url });
    process.come(7);
    await eventually(async () =>
      expect(await process.counts.newest(eventId)).toMatchObject({ checkedIn: 5, watching: 1 }),
    );
    expect((await keys.keys('*')).sort()).toEqual(['{exco}:counts:3', '{exco}:watching:3']);
    expect(await observer.keys('*')).toEqual([]);
  } finally {
    for (const one of stop.splice(0)) await one();
    keys.disconnect();
    await own.close();
  }
});
