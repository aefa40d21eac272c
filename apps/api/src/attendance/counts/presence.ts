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
/** What Redis has lost, in a failover too, is back after so long. */
const confirmEveryMilliseconds = 5_000;
/** Within this time every other process has heard of a departure and said whom it holds itself. */
const othersSayWithinMilliseconds = 1_000;
const lastReportMilliseconds = 1_000;
const idsPerCommand = 1_000;

/** Milliseconds of Redis’s clock, with a fraction: those of the machines differ, and one that is ahead would take the others’ watchers away. */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/** KEYS: watchers. ARGV: students. They were seen now. */
const seen = `
${withoutSync}
${clock}
local scored = {}
for at, id in ipairs(ARGV) do
  scored[2 * at - 1] = now
  scored[2 * at] = id
end
redis.call('ZADD', KEYS[1], unpack(scored))
redis.call('PEXPIRE', KEYS[1], ${2 * goneAfterMilliseconds})
`;

/** KEYS: watchers, whose Redis is asked. As text: Redis would make a whole number of it. */
const timeThere = `
${clock}
return string.format('%.3f', now)
`;

/** KEYS: watchers. ARGV: when their departure was announced, students. Whom a process has seen since then stays. */
const left = `
${withoutSync}
for at = 2, #ARGV do
  local lastSeen = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if lastSeen and tonumber(lastSeen) < tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], ARGV[at]) end
end
`;

/** Students whose last connection to this process is closed. */
interface Departure {
  readonly eventId: number;
  readonly userIds: number[];
  /** By Redis’s clock, as text. */
  readonly announcedAt: string;
  /** By this process’s own, monotonic. */
  readonly takenOutAt: number;
}

/**
 * Who is watching. The gateway says who came to this process and who left it; Redis is told, in one sorted set for each
 * event, students by the time they were last seen. Two connections of a student count once, on whichever processes they
 * are: whoever leaves one is taken out when the others have had the time to say that they hold another. The students of a
 * process that dies are taken out after a minute.
 */
@Injectable()
export class Presence implements OnModuleInit, OnApplicationShutdown {
  /** Connected to this process, by event. */
  private readonly here = new Map<number, Set<number>>();
  private readonly changed = new Map<number, Set<number>>();
  /** The oldest first. */
  private departures: Departure[] = [];

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
    const last = this.report().then(() => this.takeOut(Infinity));
    await within(lastReportMilliseconds, last).catch(() => undefined);
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
      try {
        for (const ids of slices(there)) await this.redis.counts.eval(seen, 1, watchingKey(eventId), ...ids);
      } catch {
        // Redis is away; the next confirmation tells it everything again.
      }
      if (gone.length > 0) await this.announce(eventId, gone);
      this.signals.publish(watchingChanged, { eventId });
    }
    await this.takeOut(performance.now());
  }

  private async announce(eventId: number, userIds: number[]): Promise<void> {
    try {
      const announcedAt = (await this.redis.counts.eval(timeThere, 1, watchingKey(eventId))) as string;
      this.departures.push({
        eventId,
        userIds,
        announcedAt,
        takenOutAt: performance.now() + othersSayWithinMilliseconds,
      });
      this.signals.publish(watchersLeft, { eventId, userIds });
    } catch {
      // Redis is away: once more with the next report.
      for (const userId of userIds) this.note(eventId, userId);
    }
  }

  /** Whose time has come, and who has not come back. */
  private async takeOut(now: number): Promise<void> {
    const due = this.departures.filter(({ takenOutAt }) => takenOutAt <= now);
    this.departures = this.departures.slice(due.length);
    for (const { eventId, userIds, announcedAt } of due) {
      const gone = userIds.filter((userId) => !this.isHere(eventId, userId));
      try {
        for (const ids of slices(gone))
          await this.redis.counts.eval(left, 1, watchingKey(eventId), announcedAt, ...ids);
      } catch {
        // Announced once more, so that after a failover too the others can say first whom they hold.
        for (const userId of gone) this.note(eventId, userId);
      }
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
