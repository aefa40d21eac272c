import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Counts, CountsMessage } from '@exco/contracts';
import { within } from '../../infrastructure/database/failures.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { attendanceCommitted } from '../records/attendance-signals.ts';
import type { Counter } from '../records/attendance.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { LiveMetrics } from '../realtime/live-metrics.ts';
import { LiveSockets } from '../realtime/live-sockets.ts';
import { watchingChanged } from './presence-signals.ts';
import { goneAfterMilliseconds, watchingKey } from './presence.ts';

/** Between two looks at an event, and so between two messages to anybody. */
const leastMilliseconds = 1_000;
/** A crowd of up to this size is told at once, a larger one evenly over a time that grows with its square, up to a limit. */
const toldAtOnce = 10_000;
const longestRoundMilliseconds = 7_000;
/** News is delivered at most once: whatever was missed is found by a look of its own. */
const lookEveryMilliseconds = 5_000;
const patienceMilliseconds = 2_000;

/**
 * One answer for all processes. Each brings the counter that it read; the highest revision wins, and a change raises
 * `seq`. So the same figures have the same `seq` wherever a student is connected. The revision is forgotten after a
 * minute, so that a database restored from a backup is believed.
 */
const agree = `
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'checkedIn', 'checkedOut', 'watching', 'seq', 'revision', 'until')
local checkedIn, checkedOut, revision = ARGV[1], ARGV[2], tonumber(ARGV[3])
local now = tonumber(ARGV[5])
if known[5] and tonumber(known[5]) > revision and tonumber(known[6]) > now then
  checkedIn, checkedOut, revision = known[1], known[2], tonumber(known[5])
end
local watching = tostring(redis.call('ZCARD', KEYS[2]))
local seq = tonumber(known[4] or '0')
if known[1] ~= checkedIn or known[2] ~= checkedOut or known[3] ~= watching then
  seq = seq + 1
  redis.call('HSET', KEYS[1], 'checkedIn', checkedIn, 'checkedOut', checkedOut, 'watching', watching,
    'seq', seq, 'revision', revision, 'until', now + 60000)
end
return { tonumber(checkedIn), tonumber(checkedOut), tonumber(watching), seq }
`;

/** How old the counts may be that an answer carries, while they are known to have changed. */
const staleMilliseconds = 50;

interface Channel {
  last: CountsMessage | null;
  readAt: number;
  /** Told of a change since the last look. */
  changed: boolean;
  /** When the database last said how things stand. */
  confirmedAt: number;
  sent: CountsMessage | null;
  sentAt: number;
  timer: NodeJS.Timeout | null;
  looking: Promise<CountsMessage> | null;
}

/** The live counts: told at once, then at most once a second, the last state always. */
@Injectable()
export class CountBroadcaster implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(CountBroadcaster.name);
  private readonly channels = new Map<number, Channel>();
  private look: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: AttendanceRepository,
    private readonly sockets: LiveSockets,
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
    metrics: LiveMetrics,
  ) {
    metrics.tellAgeOfCounts(() => this.oldestSeconds());
  }

  onModuleInit(): void {
    this.signals.on(attendanceCommitted, ({ eventId }) => this.nudge(eventId));
    this.signals.on(watchingChanged, ({ eventId }) => this.nudge(eventId));
    this.look = setInterval(() => {
      for (const eventId of this.sockets.eventIds()) this.nudge(eventId);
    }, lookEveryMilliseconds);
  }

  onApplicationShutdown(): void {
    clearInterval(this.look);
    for (const { timer } of this.channels.values()) clearTimeout(timer ?? undefined);
  }

  /** The counts for an answer. However many ask, they look together, and not more often than they must. */
  async current(eventId: number): Promise<Counts> {
    const channel = this.channel(eventId);
    const age = Date.now() - channel.readAt;
    const stale = age > lookEveryMilliseconds || (channel.changed && age > staleMilliseconds);
    const { checkedIn, checkedOut, watching } = await (stale ? this.read(eventId, channel) : this.latest(eventId));
    return { checkedIn, checkedOut, watching };
  }

  /** Of the events that somebody watches here: how long ago the database last confirmed the counts. */
  private oldestSeconds(): number {
    const confirmed = this.sockets.eventIds().map((eventId) => this.channel(eventId).confirmedAt);
    return Math.max(0, ...confirmed.map((at) => (Date.now() - at) / 1_000));
  }

  /** The message for a connection that has just opened. */
  async latest(eventId: number): Promise<CountsMessage> {
    const channel = this.channel(eventId);
    return channel.last ?? this.read(eventId, channel);
  }

  /** Something may have changed. The first nudge is followed at once, those within a second by one look at its end. */
  nudge(eventId: number): void {
    const channel = this.channel(eventId);
    channel.changed = true;
    if (channel.timer) return;
    const wait = Math.max(0, channel.sentAt + leastMilliseconds - Date.now());
    channel.timer = setTimeout(() => {
      channel.timer = null;
      channel.sentAt = Date.now();
      this.tell(eventId, channel).catch((error: unknown) => this.logger.warn(error));
    }, wait);
  }

  private async tell(eventId: number, channel: Channel): Promise<void> {
    // A look that is already under way may have read before what we were nudged about.
    await channel.looking?.catch(() => undefined);
    const message = await this.read(eventId, channel);
    if (channel.sent && sameFigures(channel.sent, message)) return;
    channel.sent = message;
    await this.sockets.tellCounts(eventId, () => channel.last ?? message, roundFor(message.watching));
  }

  private read(eventId: number, channel: Channel): Promise<CountsMessage> {
    if (!channel.looking) {
      channel.changed = false;
      channel.readAt = Date.now();
      channel.looking = this.figures(eventId, channel)
        .then((message) => (channel.last = message))
        .finally(() => (channel.looking = null));
    }
    return channel.looking;
  }

  private async figures(eventId: number, channel: Channel): Promise<CountsMessage> {
    const counter = await within(patienceMilliseconds, this.repository.counter(eventId)).catch(() => null);
    if (counter) channel.confirmedAt = Date.now();
    // Without the database the last figures stand.
    const read = counter ?? {
      checkedIn: channel.last?.checkedIn ?? 0,
      checkedOut: channel.last?.checkedOut ?? 0,
      revision: 0,
    };
    const agreed = await this.agreed(eventId, read).catch(() => null);
    const [checkedIn, checkedOut, watching, seq] = agreed ?? [
      read.checkedIn,
      read.checkedOut,
      this.sockets.watching(eventId).length,
      (channel.last?.seq ?? 0) + 1,
    ];
    return { type: 'counts', eventId, checkedIn, checkedOut, watching, seq };
  }

  private async agreed(eventId: number, counter: Counter): Promise<[number, number, number, number]> {
    const now = Date.now();
    const keys = [`${redisPrefix}:counts:${eventId}`, watchingKey(eventId)];
    const { checkedIn, checkedOut, revision } = counter;
    const answer = await this.redis.counts.eval(
      agree,
      2,
      ...keys,
      checkedIn,
      checkedOut,
      revision,
      now - goneAfterMilliseconds,
      now,
    );
    return answer as [number, number, number, number];
  }

  private channel(eventId: number): Channel {
    let channel = this.channels.get(eventId);
    if (!channel) {
      channel = {
        last: null,
        readAt: 0,
        changed: false,
        confirmedAt: Date.now(),
        sent: null,
        sentAt: 0,
        timer: null,
        looking: null,
      };
      this.channels.set(eventId, channel);
    }
    return channel;
  }
}

/** Milliseconds. Sending costs the more, and holds up the more students who come, the larger the crowd is. */
function roundFor(watching: number): number {
  return Math.min(longestRoundMilliseconds, 1_000 * Math.max(0, (watching / toldAtOnce) ** 2 - 1));
}

function sameFigures(one: CountsMessage, other: CountsMessage): boolean {
  return one.checkedIn === other.checkedIn && one.checkedOut === other.checkedOut && one.watching === other.watching;
}
