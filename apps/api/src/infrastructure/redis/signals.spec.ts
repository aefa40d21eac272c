import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../observability/metrics.ts';
import { RedisConnections, redisPrefix } from './redis.ts';
import { defineSignal, SignalBus } from './signals.ts';

const moved = defineSignal('moved', z.object({ id: z.number() }));

let redis: Awaited<ReturnType<typeof aRedis>>;
let foreign: Redis;
const stop: (() => void)[] = [];
beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await aRedis();
  foreign = new Redis({ path: redis.url.slice('unix://'.length) });
});
afterEach(() => {
  for (const one of stop.splice(0)) one();
});
afterAll(async () => {
  foreign.disconnect();
  await redis.close();
});

async function aProcess() {
  const connections = new RedisConnections(redis.url);
  const metrics = new Metrics();
  const bus = new SignalBus(connections, metrics);
  bus.onModuleInit();
  stop.push(() => connections.onApplicationShutdown());
  await eventually(() =>
    expect([connections.commands.status, connections.subscriber.status]).toEqual(['ready', 'ready']),
  );
  const ignored = async () => {
    const counted = await metrics.registry.getSingleMetric('exco_signals_ignored_total')?.get();
    return Object.fromEntries<number>(
      counted?.values.map(({ labels, value }) => [String(labels['reason']), value]) ?? [],
    );
  };
  return { bus, connections, ignored };
}

async function listening() {
  const process = await aProcess();
  const heard: number[] = [];
  process.bus.on(moved, ({ id }) => {
    heard.push(id);
  });
  await eventually(async () =>
    expect(await foreign.pubsub('NUMSUB', `${redisPrefix}:signal:moved`)).toEqual([`${redisPrefix}:signal:moved`, 1]),
  );
  return { ...process, heard };
}

const say = (text: string) => foreign.publish(`${redisPrefix}:signal:moved`, text);

test('reaches every process, this one too', async () => {
  const here = await listening();
  here.bus.publish(moved, { id: 7 });
  await eventually(() => expect(here.heard).toEqual([7]));
  await say('{"id":8,"addedByALaterVersion":true}');
  await eventually(() => expect(here.heard).toEqual([7, 8]));
});

test.each(['{}', '{"id":"7"}', 'null', '[]', '{', ''])('the message %j is ignored and counted', async (text) => {
  const { heard, ignored } = await listening();
  await say(text);
  await say('{"id":9}');
  await eventually(() => expect(heard).toEqual([9]));
  expect(await ignored()).toEqual({ invalid: 1 });
});

test('a handler that fails is counted, and neither keeps the signal from the others nor ends the process', async () => {
  const { bus, heard, ignored } = await listening();
  bus.on(moved, () => {
    throw new Error('thrown');
  });
  bus.on(moved, () => Promise.reject(new Error('rejected')));
  const last = jest.fn<(signal: { id: number }) => void>();
  bus.on(moved, last);
  await say('{"id":1}');
  await eventually(() => expect(last).toHaveBeenCalledWith({ id: 1 }));
  expect(heard).toEqual([1]);
  await eventually(async () => expect(await ignored()).toEqual({ handler: 2 }));
});

test('a channel that nobody knows is ignored and counted', async () => {
  const { connections, ignored } = await listening();
  await connections.subscriber.subscribe(`${redisPrefix}:signal:ofALaterVersion`);
  await foreign.publish(`${redisPrefix}:signal:ofALaterVersion`, '{}');
  await eventually(async () => expect(await ignored()).toEqual({ unknown: 1 }));
});

test('without Redis it reaches this process alone', async () => {
  const { bus, heard, connections } = await listening();
  connections.commands.disconnect();
  bus.publish(moved, { id: 4 });
  await eventually(() => expect(heard).toEqual([4]));
});
