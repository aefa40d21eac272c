import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { LiveSockets } from '../realtime/live-sockets.ts';
import { watchersLeft, watchingChanged } from './presence-signals.ts';

export const watchingKey = (eventId: number) => `${redisPrefix}:watching:${eventId}`;
/** Whoever was not confirmed for so long is gone, with the process that held the connection. */
export const goneAfterMilliseconds = 60_000;

const reportEveryMilliseconds = 250;
const confirmEveryMilliseconds = 20_000;
const idsPerCommand = 1_000;

/**
 * Tells Redis who is watching: one sorted set an event, students by the time they were last seen. Two connections
 * of a student count once, on whichever processes they are; and a process that dies takes nobody’s place for long.
 */
@Injectable()
export class Presence implements OnModuleInit, OnApplicationShutdown {
  private readonly changed = new Map<number, Set<number>>();
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly sockets: LiveSockets,
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
  ) {}

  onModuleInit(): void {
    this.signals.on(watchersLeft, ({ eventId, userIds }) => {
      for (const userId of userIds) if (this.sockets.isWatching(eventId, userId)) this.note(eventId, userId);
    });
    this.timers = [
      setInterval(() => void this.report(), reportEveryMilliseconds),
      setInterval(() => this.confirm(), confirmEveryMilliseconds),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.report();
  }

  /** This student came or went; which of the two is looked up when it is told. */
  note(eventId: number, userId: number): void {
    const noted = this.changed.get(eventId) ?? new Set();
    this.changed.set(eventId, noted.add(userId));
  }

  private confirm(): void {
    for (const eventId of this.sockets.eventIds())
      for (const userId of this.sockets.watching(eventId)) this.note(eventId, userId);
  }

  private async report(): Promise<void> {
    const all = [...this.changed];
    this.changed.clear();
    for (const [eventId, userIds] of all) {
      const { there = [], left = [] } = Object.groupBy(userIds, (userId) =>
        this.sockets.isWatching(eventId, userId) ? 'there' : 'left',
      );
      const now = Date.now();
      const key = watchingKey(eventId);
      try {
        for (const ids of slices(there)) await this.redis.counts.zadd(key, ...ids.flatMap((userId) => [now, userId]));
        for (const ids of slices(left)) await this.redis.counts.zrem(key, ...ids);
      } catch {
        // Redis is away; the next confirmation tells it everything again.
      }
      if (left.length > 0) this.signals.publish(watchersLeft, { eventId, userIds: left });
      this.signals.publish(watchingChanged, { eventId });
    }
  }
}

function* slices(ids: number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += idsPerCommand) yield ids.slice(from, from + idsPerCommand);
}
