import { setTimeout as sleep } from 'node:timers/promises';
import type { CountsMessage } from '@exco/contracts';
import { aRedis, eventually } from '@exco/testing';
import { Clock } from '../../infrastructure/clock.ts';
import { DatabaseLate } from '../../infrastructure/database/failures.ts';
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

async function aProcess(database: Database, clock = new Clock()) {
  const connections = new RedisConnections(redis.url);
  await eventually(() => expect(connections.commands.status).toBe('ready'));
  const sent: CountsMessage[] = [];
  const rounds: number[] = [];
  const repository = {
    counter: async () => {
      database.reads++;
      await sleep(2);
      if (database.isAway) throw new DatabaseLate('away');
      return database.counter;
    },
  } as unknown as AttendanceRepository;
  const sockets = {
    tellCounts: (_: number, newest: () => CountsMessage, withinMilliseconds: number) => {
      sent.push(newest());
      rounds.push(withinMilliseconds);
      return Promise.resolve();
    },
    eventIds: () => [],
  } as unknown as LiveSockets;
  const signals = { on: () => undefined } as unknown as SignalBus;
  const presence = { countHere: () => 0 } as unknown as Presence;
  const counts = new AgreedCounts(repository, presence, connections, signals, clock);
  const broadcaster = new CountBroadcaster(counts, sockets, signals, clock, new LiveMetrics(new Metrics()));
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
  for (let change = 0; change < 30; change++) {
    database.checkIn(1);
    broadcaster.changed(eventId);
    await sleep(1);
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

describe('while the database is away', () => {
  test('a process without memory takes what was agreed, and never agrees on 0', async () => {
    const database = new Database();
    database.checkIn(3);
    const told = await (await aProcess(database)).counts.latest(eventId);
    database.isAway = true;
    const newcomer = await aProcess(database);
    expect(await newcomer.counts.latest(eventId)).toEqual(told);
    await newcomer.redis.hset(`{exco}:counts:${eventId}`, 'until', 0);
    expect(await newcomer.counts.newest(eventId)).toEqual(told);
  });

  test('what nobody knows is not 0, and nothing is written down', async () => {
    const database = new Database();
    database.isAway = true;
    const { counts, redis: commands } = await aProcess(database);
    await expect(counts.latest(eventId)).rejects.toMatchObject({ code: 'BUSY' });
    expect(await commands.exists(`{exco}:counts:${eventId}`)).toBe(0);
    database.isAway = false;
    expect(await counts.latest(eventId)).toMatchObject({ checkedIn: 0 });
  });
});

/** A clock that stands still until it is moved. */
class SetClock extends Clock {
  wall = 1_000_000;
  elapsed = 1_000_000;
  override now = () => this.wall;
  override monotonic = () => this.elapsed;
}

test('whoever connects after a quiet hour is told what is true now', async () => {
  const database = new Database();
  const clock = new SetClock();
  const { counts } = await aProcess(database, clock);
  await counts.latest(eventId);
  database.checkIn(2);
  clock.elapsed += 60 * 60_000;
  expect(await counts.latest(eventId)).toMatchObject({ checkedIn: 2 });
});

test('a machine’s clock that is set back stops nothing', async () => {
  const database = new Database();
  const clock = new SetClock();
  const { broadcaster, counts, sent } = await aProcess(database, clock);
  database.checkIn(1);
  broadcaster.changed(eventId);
  await eventually(() => expect(sent).toHaveLength(1));
  clock.wall -= 5 * 60_000;
  clock.elapsed += 1_000;
  database.checkIn(1);
  broadcaster.changed(eventId);
  await eventually(() => expect(sent).toHaveLength(2), 3);
  clock.wall -= 5 * 60_000;
  clock.elapsed += 60_000;
  database.checkIn(1);
  expect(await counts.current(eventId)).toMatchObject({ checkedIn: 3 });
});

test('without Redis seq rises with the figures alone, and does not fall when it is back', async () => {
  const database = new Database();
  const { counts, redis: commands } = await aProcess(database);
  const first = await counts.latest(eventId);
  const evaluate = commands.eval.bind(commands);
  commands.eval = () => Promise.reject(new Error('away'));
  expect(await counts.newest(eventId)).toEqual(first);
  for (let change = 1; change <= 3; change++) {
    database.checkIn(1);
    expect(await counts.newest(eventId)).toMatchObject({ checkedIn: change, seq: first.seq + change });
  }
  commands.eval = evaluate;
  const back = await counts.newest(eventId);
  expect(back.seq).toBeGreaterThanOrEqual(first.seq + 3);
  expect(await (await aProcess(database)).counts.latest(eventId)).toEqual(back);
});

test('a process that starts without Redis and without memory, as after a power cut, begins above what was told', async () => {
  const database = new Database();
  const told = await (await aProcess(database)).counts.latest(eventId);
  const { counts, redis: commands } = await aProcess(database);
  await commands.flushall();
  const evaluate = commands.eval.bind(commands);
  commands.eval = () => Promise.reject(new Error('away'));
  await sleep(5);
  const alone = await counts.newest(eventId);
  expect(alone.seq).toBeGreaterThan(told.seq);
  await sleep(5);
  expect((await (await aProcess(database)).counts.newest(eventId)).seq).toBeGreaterThan(alone.seq);
  commands.eval = evaluate;
  database.checkIn(1);
  expect((await counts.newest(eventId)).seq).toBeGreaterThan(alone.seq);
});

test('an event that nobody asks about leaves nothing in Redis', async () => {
  const { counts, redis: commands } = await aProcess(new Database());
  await counts.latest(eventId);
  expect(await commands.pttl(`{exco}:counts:${eventId}`)).toBeGreaterThan(0);
});

test('a process forgets the figures of an event that nobody asks about', async () => {
  const clock = new SetClock();
  const { counts } = await aProcess(new Database(), clock);
  await counts.latest(eventId);
  counts.forgetIdle();
  expect(counts.size).toBe(1);
  clock.elapsed += 11 * 60_000;
  counts.forgetIdle();
  expect(counts.size).toBe(0);
});

test('the broadcaster forgets an event of which nothing was sent for long, and no other', async () => {
  const clock = new SetClock();
  const { broadcaster, sent } = await aProcess(new Database(), clock);
  broadcaster.changed(eventId);
  await eventually(() => expect(sent).toHaveLength(1));
  broadcaster.forgetIdle();
  expect(broadcaster.size).toBe(1);
  clock.elapsed += 11 * 60_000;
  broadcaster.forgetIdle();
  expect(broadcaster.size).toBe(0);
});
