import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { within } from '../../infrastructure/database/failures.ts';
import { RedisConnections, redisPrefix, withoutSync } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { watchersLeft, watchingChanged } from './presence-signals.ts';

export const watchingKey = (eventId: number) => `${redisPrefix}:watching:${eventId}`;
/** Whoever was not confirmed for so long is gone, with the process that held the connection. */
export const goneAfterMilliseconds = 60_000;

const reportEveryMilliseconds = 250;
const confirmEveryMilliseconds = 20_000;
const lastReportMilliseconds = 1_000;
const idsPerCommand = 1_000;

/**
 * KEYS: watchers. ARGV: students. They were seen now, by Redis’s clock: those of the machines differ, and one that is
 * ahead would take the others’ watchers away.
 */
const seen = `
${withoutSync}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(ARGV) do redis.call('ZADD', KEYS[1], now, id) end
redis.call('PEXPIRE', KEYS[1], ${2 * goneAfterMilliseconds})
`;

/** KEYS: watchers. ARGV: students who left. */
const left = `
${withoutSync}
redis.call('ZREM', KEYS[1], unpack(ARGV))
`;

/**
 * Who is watching. The gateway says who came to this process and who left it; Redis is told, in one sorted set for each
 * event, students by the time they were last seen. Two connections of a student count once, on whichever processes they
 * are. The students of a process that dies are taken out after a minute.
 */
@Injectable()
export class Presence implements OnModuleInit, OnApplicationShutdown {
  /** Connected to this process, by event. */
  private readonly here = new Map<number, Set<number>>();
  private readonly changed = new Map<number, Set<number>>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
  ) {}

  onModuleInit(): void {
    this.signals.on(watchersLeft, ({ eventId, userIds }) => {
      for (const userId of userIds) if (this.isHere(eventId, userId)) this.note(eventId, userId);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    // What Redis does not hear now it finds out by itself, after a minute.
    await within(lastReportMilliseconds, this.report()).catch(() => undefined);
  }

  came(eventId: number, userId: number): void {
    const here = this.here.get(eventId) ?? new Set();
    this.here.set(eventId, here.add(userId));
    this.note(eventId, userId);
  }

  /** The last connection of this student to this process is closed. */
  left(eventId: number, userId: number): void {
    const here = this.here.get(eventId);
    here?.delete(userId);
    if (here?.size === 0) this.here.delete(eventId);
    this.note(eventId, userId);
  }

  /** How many students are connected to this process alone. */
  countHere(eventId: number): number {
    return this.here.get(eventId)?.size ?? 0;
  }

  @Periodic(confirmEveryMilliseconds)
  confirm(): void {
    for (const [eventId, userIds] of this.here) for (const userId of userIds) this.note(eventId, userId);
  }

  @Periodic(reportEveryMilliseconds)
  async report(): Promise<void> {
    const all = [...this.changed];
    this.changed.clear();
    for (const [eventId, userIds] of all) {
      const { there = [], gone = [] } = Object.groupBy(userIds, (userId) =>
        this.isHere(eventId, userId) ? 'there' : 'gone',
      );
      const key = watchingKey(eventId);
      try {
        for (const ids of slices(there)) await this.redis.counts.eval(seen, 1, key, ...ids);
        for (const ids of slices(gone)) await this.redis.counts.eval(left, 1, key, ...ids);
      } catch {
        // Redis is away; the next confirmation tells it everything again.
      }
      if (gone.length > 0) this.signals.publish(watchersLeft, { eventId, userIds: gone });
      this.signals.publish(watchingChanged, { eventId });
    }
  }

  private isHere(eventId: number, userId: number): boolean {
    return this.here.get(eventId)?.has(userId) ?? false;
  }

  /** To be reported; whether the student came or left is looked up then. */
  private note(eventId: number, userId: number): void {
    const noted = this.changed.get(eventId) ?? new Set();
    this.changed.set(eventId, noted.add(userId));
  }
}

function* slices(ids: number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += idsPerCommand) yield ids.slice(from, from + idsPerCommand);
}
