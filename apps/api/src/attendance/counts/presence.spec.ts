import { Redis } from 'ioredis';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { periodicTasksOf } from '../../infrastructure/scheduling/periodic.ts';
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

async function aProcess() {
  const connections = new RedisConnections(redis.url);
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
  return {
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
