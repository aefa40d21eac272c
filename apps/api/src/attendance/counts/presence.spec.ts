import { Redis } from 'ioredis';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { periodicTasksOf } from '../../infrastructure/scheduling/periodic.ts';
import { Clock } from '../../infrastructure/clock.ts';
import type { AttendanceRepository } from '../records/attendance.repository.ts';
import { AgreedCounts } from './agreed-counts.ts';
import { Presence, watchingKey } from './presence.ts';

const eventId = 3;
/** Far less than the round in which every process confirms whom it holds: what is seen so soon was told at once. */
const soon = 5;

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

async function aProcess(countsUrl = redis.url) {
  const connections = new RedisConnections(redis.url, countsUrl);
  const signals = new SignalBus(connections, new Metrics());
  signals.onModuleInit();
  const presence = new Presence(connections, signals);
  presence.onModuleInit();
  const tasks = periodicTasksOf(presence);
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
    come: (userId: number) => presence.came(eventId, userId),
    go: (userId: number) => presence.left(eventId, userId),
  };
}

const watching = async () => (await observer.zrange(watchingKey(eventId), 0, -1)).map(Number);
const until = (...userIds: number[]) => eventually(async () => expect(await watching()).toEqual(userIds), soon);

test('whoever comes is there, whoever goes is not', async () => {
  const process = await aProcess();
  process.come(7);
  process.come(8);
  await until(7, 8);
  process.go(7);
  await until(8);
});

test('whoever leaves one process and stays on another is there, until they leave that too', async () => {
  const [here, there, elsewhere] = [await aProcess(), await aProcess(), await aProcess()];
  here.come(7);
  there.come(7);
  elsewhere.come(8);
  await eventually(async () => expect((await watching()).sort()).toEqual([7, 8]), soon);
  here.go(7);
  // Later than the departure, because it is reported after it.
  here.come(9);
  await eventually(async () => expect((await watching()).sort()).toEqual([7, 8, 9]), soon);
  await new Promise((resolve) => setTimeout(resolve, 600));
  await eventually(async () => expect((await watching()).sort()).toEqual([7, 8, 9]), soon);
  there.go(7);
  await eventually(async () => expect((await watching()).sort()).toEqual([8, 9]), soon);
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
    const process = await aProcess(own.url);
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
