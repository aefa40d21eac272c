import { Logger } from '@nestjs/common';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { SignInThrottle } from './sign-in-throttle.ts';

let redis: Awaited<ReturnType<typeof aRedis>>;
const stop: (() => void)[] = [];
beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await aRedis();
});
afterEach(() => {
  for (const one of stop.splice(0)) one();
});
afterAll(() => redis.close());

async function aProcess() {
  const connections = new RedisConnections(redis.url);
  const signals = new SignalBus(connections, new Metrics());
  signals.onModuleInit();
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const throttle = new SignInThrottle(connections, signals, clock);
  await eventually(() =>
    expect([connections.commands.status, connections.subscriber.status]).toEqual(['ready', 'ready']),
  );
  stop.push(() => connections.onApplicationShutdown());

  /** 0 when the name is judged, or the seconds to wait; `isRight` is what the roster says. */
  const come = async (username: string, { isRight = false, address = 'school', sharing = 1 } = {}): Promise<number> => {
    if (throttle.isThrottled(username)) {
      const seconds = await throttle.secondsToTurn(username, address, sharing);
      if (seconds > 0) return seconds;
    }
    if (!isRight) await throttle.missed(username, sharing);
    return 0;
  };
  return { throttle, come, pass: (milliseconds: number) => (passed += milliseconds) };
}

let stems = 0;
const aStem = () => `ada.lovelace${++stems}.`;
const ending = (number: number) => String(number).padStart(4, '0');

test('twenty unknown names of a stem are judged at once, sent one by one or all together', async () => {
  const { come } = await aProcess();
  const [one, together] = [aStem(), aStem()];
  let judged = 0;
  for (let number = 0; number < 100; number++) judged += Number((await come(one + ending(number))) === 0);
  expect(judged).toBe(20);
  const answers = await Promise.all(Array.from({ length: 500 }, (_, number) => come(together + ending(number))));
  expect(answers.filter((seconds) => seconds === 0)).toHaveLength(20);
});

test('after that one in three seconds, however often they come', async () => {
  const { come, pass } = await aProcess();
  const stem = aStem();
  let judged = 0;
  for (let second = 0; second < 300; second++) {
    for (let guess = 0; guess < 5; guess++)
      judged += Number((await come(stem + ending((second * 5 + guess) % 900))) === 0);
    pass(1_000);
  }
  expect(judged).toBeGreaterThan(20);
  expect(judged).toBeLessThanOrEqual(20 + 300 / 3);
});

test('a right name that meets the throttle is told what a wrong one is told, and is in within a minute', async () => {
  const { come, pass } = await aProcess();
  const stem = aStem();
  for (let number = 0; number < 200; number++) await come(stem + ending(number), { address: 'elsewhere' });
  const [right, wrong] = [
    await come(`${stem}0417`, { isRight: true }),
    await come(`${stem}9999`, { address: 'another school' }),
  ];
  expect(right).toBeGreaterThan(0);
  expect(Math.abs(right - wrong)).toBeLessThanOrEqual(3);
  expect(right).toBeLessThan(60);
  pass((right - 1) * 1_000);
  const left = await come(`${stem}0417`, { isRight: true });
  expect(left).toBeLessThanOrEqual(2);
  pass(left * 1_000);
  expect(await come(`${stem}0417`, { isRight: true })).toBe(0);
});

test('also while somebody at another address goes on with more names than there are turns', async () => {
  const { come, pass } = await aProcess();
  const stem = aStem();
  let [comesAt, isIn] = [0, false];
  for (let second = 0; second < 60 && !isIn; second++) {
    for (let guess = 0; guess < 40; guess++) await come(stem + ending(second * 7 + guess), { address: 'elsewhere' });
    if (second >= comesAt) {
      const seconds = await come(`${stem}0417`, { isRight: true });
      isIn = seconds === 0 && second > 0;
      comesAt = second + seconds;
    }
    pass(1_000);
  }
  expect(isIn).toBe(true);
});

test('right names are judged for as long as the limit is not met, and other stems always', async () => {
  const { come } = await aProcess();
  const stem = aStem();
  for (let number = 0; number < 19; number++) await come(stem + ending(number));
  expect(await come(`${stem}0417`, { isRight: true })).toBe(0);
  for (let number = 19; number < 40; number++) await come(stem + ending(number));
  expect(await come(`${stem}0417`, { isRight: true })).toBeGreaterThan(0);
  expect(await come(`${aStem()}0417`, { isRight: true })).toBe(0);
});

test('counted over all processes', async () => {
  const [one, other] = [await aProcess(), await aProcess()];
  const stem = aStem();
  for (let number = 0; number < 10; number++) await one.come(stem + ending(number));
  for (let number = 10; number < 20; number++) await other.come(stem + ending(number));
  await eventually(async () => expect(await one.come(`${stem}0417`, { isRight: true })).toBeGreaterThan(0));
});

test('a school of ten thousand on one number range in 30 s: a tenth mistyped at first meets no limit', async () => {
  const { come, pass } = await aProcess();
  const stem = `20${aStem().replace(/\D/g, '')}`;
  const sharing = 10_000;
  const answers = [];
  for (let student = 0; student < 10_000; student++) {
    if (student % 10 === 0) answers.push(await come(`${stem}${ending(student)}`, { sharing }));
    answers.push(await come(`${stem}${ending(student)}`, { isRight: true, sharing }));
    pass(3);
  }
  expect(answers.every((seconds) => seconds === 0)).toBe(true);
}, 60_000);

test('without Redis each process counts on its own, and a right name still comes in', async () => {
  const { come, pass } = await aProcess();
  const stem = aStem();
  await redis.process.stop();
  try {
    let judged = 0;
    for (let number = 0; number < 60; number++) judged += Number((await come(stem + ending(number))) === 0);
    expect(judged).toBe(20);
    pass(10_000);
    expect(await come(`${stem}0417`, { isRight: true })).toBe(0);
  } finally {
    await redis.process.start();
  }
});
