import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { DigitLocks } from './digit-locks.ts';

type Server = Awaited<ReturnType<typeof aRedis>>;

let redis: Server;
const stop: (() => void)[] = [];
beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await aRedis();
});
afterEach(() => {
  jest.useRealTimers();
  for (const one of stop.splice(0)) one();
});
afterAll(() => redis.close());

async function aProcess(): Promise<DigitLocks> {
  const connections = new RedisConnections(redis.url);
  const signals = new SignalBus(connections, new Metrics());
  signals.onModuleInit();
  const locks = new DigitLocks(connections, signals);
  locks.onModuleInit();
  await eventually(() => expect(connections.commands.status).toBe('ready'));
  stop.push(() => {
    connections.onApplicationShutdown();
  });
  return locks;
}

let pairs = 0;
async function missed(locks: DigitLocks, times: number, user = ++pairs): Promise<number> {
  for (let attempt = 0; attempt < times; attempt++) await locks.miss(user, user + 1_000);
  return user;
}
const seconds = (locks: DigitLocks, user: number) => locks.secondsLocked(user, user + 1_000);

test('the fifth wrong try locks this pair alone, for a minute', async () => {
  const locks = await aProcess();
  const user = await missed(locks, 4);
  expect(seconds(locks, user)).toBe(0);
  await missed(locks, 1, user);
  expect(seconds(locks, user)).toBe(60);
  expect(locks.secondsLocked(user, user + 1_001)).toBe(0);
  expect(locks.secondsLocked(user + 1, user + 1_000)).toBe(0);
  jest.useFakeTimers({ now: Date.now() + 59_500 });
  expect(seconds(locks, user)).toBe(1);
  jest.setSystemTime(Date.now() + 500);
  expect(seconds(locks, user)).toBe(0);
});

test('after a lock the count begins anew', async () => {
  const locks = await aProcess();
  const user = await missed(locks, 5);
  const [later] = [Date.now() + 61_000];
  jest.useFakeTimers({
    now: later,
    doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'setInterval', 'queueMicrotask'],
  });
  await missed(locks, 4, user);
  expect(seconds(locks, user)).toBe(0);
  await missed(locks, 1, user);
  expect(seconds(locks, user)).toBe(60);
});

test('tries on several processes count together, and the lock is known to all, and to one that starts later', async () => {
  const [one, other] = [await aProcess(), await aProcess()];
  const user = await missed(one, 3);
  await missed(other, 2, user);
  await eventually(() => expect(seconds(one, user)).toBeGreaterThan(0));
  expect(seconds(other, user)).toBeGreaterThan(0);
  const late = await aProcess();
  await eventually(() => expect(seconds(late, user)).toBeGreaterThan(0));
});

test('tries at the same moment are not judged before they are counted', async () => {
  const locks = await aProcess();
  const user = ++pairs;
  const tries = Array.from({ length: 5 }, () => locks.miss(user, user + 1_000));
  // Nobody has answered yet.
  expect(seconds(locks, user)).toBe(60);
  await Promise.all(tries);
});

test('without Redis each process counts on its own', async () => {
  const locks = await aProcess();
  await redis.process.stop();
  try {
    const user = await missed(locks, 4);
    expect(seconds(locks, user)).toBe(0);
    await missed(locks, 1, user);
    expect(seconds(locks, user)).toBeGreaterThan(0);
  } finally {
    await redis.process.start();
  }
});
