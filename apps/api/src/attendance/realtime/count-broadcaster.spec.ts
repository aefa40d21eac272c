import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CountsMessage } from '@exco/contracts';
import { aRedis, eventually } from '@exco/testing';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { AttendanceCounter } from '../records/attendance.ts';
import type { AttendanceRepository } from '../records/attendance.repository.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { AgreedCounts } from '../counts/agreed-counts.ts';
import { LiveMetrics } from './live-metrics.ts';
import { CountBroadcaster } from './count-broadcaster.ts';
import type { LiveSockets } from './live-sockets.ts';
import { watchingKey, type Presence } from '../counts/presence.ts';

let redis: Awaited<ReturnType<typeof aRedis>>;
const stop: (() => void)[] = [];
beforeAll(async () => (redis = await aRedis()));
afterEach(() => {
  for (const one of stop.splice(0)) one();
});
afterAll(() => redis.close());

/** The counter as the database has it, and processes that read it. */
class Database {
  counter: AttendanceCounter = { checkedIn: 0, checkedOut: 0, revision: 0 };
  reads = 0;
  isAway = false;

  checkIn(count: number): void {
    this.counter = { ...this.counter, checkedIn: this.counter.checkedIn + count, revision: this.counter.revision + 1 };
  }
}

async function aProcess(database: Database) {
  const connections = new RedisConnections(redis.url);
  await eventually(() => expect(connections.commands.status).toBe('ready'));
  const sent: CountsMessage[] = [];
  const rounds: number[] = [];
  const repository = {
    counter: async () => {
      database.reads++;
      if (database.isAway) throw new Error('away');
      await sleep(2);
      return database.counter;
    },
  } as unknown as AttendanceRepository;
  const sockets = {
    tellCounts: (_: number, newest: () => CountsMessage, withinMilliseconds: number) => {
      sent.push(newest());
      rounds.push(withinMilliseconds);
      return Promise.resolve();
    },
  } as unknown as LiveSockets;
  const signals = { on: () => undefined } as unknown as SignalBus;
  const presence = { countHere: () => 0 } as unknown as Presence;
  const counts = new AgreedCounts(repository, presence, connections, signals);
  const broadcaster = new CountBroadcaster(counts, sockets, signals, new LiveMetrics(new Metrics()));
  stop.push(() => {
    broadcaster.onApplicationShutdown();
    connections.onApplicationShutdown();
  });
  return { counts, broadcaster, sent, rounds, redis: connections.commands };
}

let eventId = 0;
beforeEach(() => eventId++);

test('two processes that read the same say the same, seq included; a change raises it by one', async () => {
  const database = new Database();
  const [one, other] = [await aProcess(database), await aProcess(database)];
  database.checkIn(3);
  const first = await one.counts.latest(eventId);
  expect(first).toMatchObject({ checkedIn: 3, checkedOut: 0, watching: 0 });
  expect(await other.counts.latest(eventId)).toEqual(first);
  database.checkIn(1);
  one.broadcaster.changed(eventId);
  other.broadcaster.changed(eventId);
  await eventually(() => expect([one.sent.length, other.sent.length]).toEqual([1, 1]));
  expect(one.sent).toEqual([{ ...first, checkedIn: 4, seq: first.seq + 1 }]);
  expect(other.sent).toEqual(one.sent);
});

test('whoever read late does not take the figures back', async () => {
  const [fresh, stale] = [new Database(), new Database()];
  fresh.checkIn(1);
  stale.counter = fresh.counter;
  fresh.checkIn(5);
  const [one, late] = [await aProcess(fresh), await aProcess(stale)];
  const told = await one.counts.latest(eventId);
  expect(await late.counts.latest(eventId)).toEqual(told);
});

test('a Redis that has lost its data, or an older copy of it, takes neither the figures nor the seq back', async () => {
  const database = new Database();
  const { counts, redis: commands } = await aProcess(database);
  database.checkIn(3);
  await counts.newest(eventId);
  const older = await commands.hgetall(`{exco}:counts:${eventId}`);
  database.checkIn(4);
  const told = await counts.newest(eventId);
  await commands.flushall();
  const afterLoss = await counts.newest(eventId);
  expect(afterLoss.checkedIn).toBe(7);
  expect(afterLoss.seq).toBeGreaterThan(told.seq);
  await commands.hset(`{exco}:counts:${eventId}`, older);
  // The database is away as well: what was known last stands.
  database.isAway = true;
  const afterFailover = await counts.newest(eventId);
  expect(afterFailover.checkedIn).toBe(7);
  expect(afterFailover.seq).toBeGreaterThan(afterLoss.seq);
});

test('a burst: one look at once, one at the end of the second, and it sees the last change', async () => {
  const database = new Database();
  const { broadcaster, sent } = await aProcess(database);
  const until = Date.now() + 600;
  while (Date.now() < until) {
    database.checkIn(1);
    broadcaster.changed(eventId);
    await sleep(5);
  }
  expect(sent).toHaveLength(1);
  await eventually(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({ checkedIn: database.counter.checkedIn });
  expect(database.reads).toBe(2);
});

test('a crowd is told over some time, the longer the more are watching', async () => {
  const database = new Database();
  const { broadcaster, rounds, redis: commands } = await aProcess(database);
  for (const [index, watching] of [10_000, 20_000, 60_000].entries()) {
    for (let userId = 0; userId < watching; userId += 1_000)
      await commands.zadd(
        watchingKey(eventId),
        ...Array.from({ length: 1_000 }, (_, more) => [Date.now(), userId + more]).flat(),
      );
    broadcaster.changed(eventId);
    await eventually(() => expect(rounds).toHaveLength(index + 1));
  }
  expect(rounds).toEqual([0, 3_000, 7_000]);
});

test('nothing is told when nothing changed', async () => {
  const database = new Database();
  const { broadcaster, sent } = await aProcess(database);
  broadcaster.changed(eventId);
  await eventually(() => expect(sent).toHaveLength(1));
  const { reads } = database;
  broadcaster.changed(eventId);
  await eventually(() => expect(database.reads).toBeGreaterThan(reads));
  await sleep(50);
  expect(sent).toHaveLength(1);
});

test('ten thousand who ask at once are one look', async () => {
  const database = new Database();
  const { counts } = await aProcess(database);
  await Promise.all(Array.from({ length: 10_000 }, () => counts.current(eventId)));
  expect(database.reads).toBe(1);
});

test('without the database: what another process knows, never a 0 that nobody has counted', async () => {
  const [database, id] = [new Database(), ++eventId];
  const away = new Database();
  away.isAway = true;
  const [one, other] = [await aProcess(database), await aProcess(away)];
  await expect(other.counts.current(id)).rejects.toMatchObject({ code: 'BUSY' });
  database.checkIn(7);
  expect(await one.counts.current(id)).toMatchObject({ checkedIn: 7 });
  expect(await other.counts.current(id)).toMatchObject({ checkedIn: 7 });
});

test('the agreed figures of an event go a day after the last look, and a process forgets it sooner', async () => {
  const [database, id] = [new Database(), ++eventId];
  const { counts, redis: connection } = await aProcess(database);
  await counts.current(id);
  const key = `{exco}:counts:${id}`;
  expect(await connection.ttl(key)).toBeGreaterThan(86_000);
  await connection.expire(key, 100);
  counts.forgetIdle();
  expect(counts.size).toBe(1);
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 700_000);
  try {
    counts.forgetIdle();
    expect(counts.size).toBe(0);
    await counts.current(id);
  } finally {
    clock.mockRestore();
  }
  expect(await connection.ttl(key)).toBeGreaterThan(86_000);
});
