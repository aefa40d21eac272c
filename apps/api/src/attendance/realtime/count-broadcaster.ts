import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { CountsMessage } from '@exco/contracts';
import { Clock } from '../../infrastructure/clock.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { AgreedCounts, sameFigures } from '../counts/agreed-counts.ts';
import { watchingChanged } from '../counts/presence-signals.ts';
import { attendanceCommitted } from '../records/attendance-signals.ts';
import { LiveMetrics } from './live-metrics.ts';
import { LiveSockets } from './live-sockets.ts';

/** Between two messages of an event to anybody. */
const leastMilliseconds = 1_000;
/** So many sockets are told at once, more of them evenly over a time that grows with their square, up to a limit. */
const toldAtOnce = 10_000;
const longestRoundMilliseconds = 7_000;
/** A signal is delivered at most once: a change whose signal was lost is found by reading. */
const readEveryMilliseconds = 5_000;
const idleMilliseconds = 600_000;

interface Channel {
  sent: CountsMessage | null;
  sentAt: number;
  timer: NodeJS.Timeout | null;
}

/** Sends the live counts: at once after a change, then at most once a second, the last state always. */
@Injectable()
export class CountBroadcaster implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(CountBroadcaster.name);
  private readonly channels = new Map<number, Channel>();

  constructor(
    private readonly counts: AgreedCounts,
    private readonly sockets: LiveSockets,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
    metrics: LiveMetrics,
  ) {
    metrics.tellAgeOfCounts(() => this.oldestSeconds());
  }

  onModuleInit(): void {
    for (const signal of [attendanceCommitted, watchingChanged])
      this.signals.on(signal, ({ eventId }) => this.changed(eventId));
  }

  onApplicationShutdown(): void {
    for (const { timer } of this.channels.values()) clearTimeout(timer ?? undefined);
  }

  @Periodic(readEveryMilliseconds)
  readAll(): void {
    for (const eventId of this.sockets.eventIds()) this.changed(eventId);
  }

  /** Events of which something was sent not long ago. */
  get size(): number {
    return this.channels.size;
  }

  /** Events that are over leave nothing behind. */
  @Periodic(idleMilliseconds)
  forgetIdle(): void {
    const watched = new Set(this.sockets.eventIds());
    const before = this.clock.monotonic() - idleMilliseconds;
    for (const [eventId, { sentAt, timer }] of this.channels)
      if (sentAt < before && !timer && !watched.has(eventId)) this.channels.delete(eventId);
  }

  /** Something may have changed. The first change is told at once, those within a second together at its end. */
  changed(eventId: number): void {
    const channel = this.channel(eventId);
    if (channel.timer) return;
    const wait = Math.max(0, channel.sentAt + leastMilliseconds - this.clock.monotonic());
    channel.timer = setTimeout(() => {
      channel.timer = null;
      channel.sentAt = this.clock.monotonic();
      this.tell(eventId, channel).catch((error: unknown) => this.logger.warn(error));
    }, wait);
  }

  /** Of the events that somebody watches here: how long ago the database last confirmed the counts. */
  private oldestSeconds(): number {
    const confirmed = this.sockets.eventIds().map((eventId) => this.counts.confirmedAt(eventId));
    return Math.max(0, ...confirmed.map((at) => (this.clock.monotonic() - at) / 1_000));
  }

  private async tell(eventId: number, channel: Channel): Promise<void> {
    const message = await this.counts.newest(eventId);
    if (channel.sent && sameFigures(channel.sent, message)) return;
    channel.sent = message;
    await this.sockets.tellCounts(eventId, () => this.counts.known(eventId) ?? message, roundFor(message.watching));
  }

  private channel(eventId: number): Channel {
    let channel = this.channels.get(eventId);
    if (!channel) {
      channel = { sent: null, sentAt: -Infinity, timer: null };
      this.channels.set(eventId, channel);
    }
    return channel;
  }
}

/** Milliseconds. Sending costs more, and delays more of the students who come, the more sockets there are. */
function roundFor(watching: number): number {
  return Math.min(longestRoundMilliseconds, 1_000 * Math.max(0, (watching / toldAtOnce) ** 2 - 1));
}
