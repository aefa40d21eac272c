import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { preparationMilliseconds, stateAt, type LiveEventState } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { within } from '../../infrastructure/database/failures.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { singleFlight } from '../../infrastructure/scheduling/single-flight.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { Student } from '../../users/roster/roster.ts';
import { concerns } from './concerns.ts';
import { liveEventChanged } from './live-event-signals.ts';
import { LiveEventRepository } from './live-event.repository.ts';

const pollMilliseconds = 5_000;
const patienceMilliseconds = 2_000;

/** Which of several events a student is shown first. */
const rank: Record<LiveEventState, number> = { live: 0, open: 1, ended: 2, scheduled: 3, closed: 4 };

export function stateOf({ opensAt, startsAt, endsAt, closesAt }: LiveEvent, now = Date.now()): LiveEventState {
  return stateAt({ opensAt: +opensAt, startsAt: +startsAt, endsAt: +endsAt, closesAt: +closesAt }, now);
}

/** From when on a page may get ready for the opening. */
export function preparesAtOf({ preparesAt, opensAt }: Pick<LiveEvent, 'preparesAt' | 'opensAt'>): Date {
  return preparesAt ?? new Date(opensAt.getTime() - preparationMilliseconds);
}

/** All events, in memory: there are dozens, and every request asks for one. */
@Injectable()
export class LiveEvents implements OnModuleInit {
  private readonly logger = new Logger(LiveEvents.name);
  private readonly listeners: ((event: LiveEvent) => void)[] = [];
  private events = new Map<number, LiveEvent>();

  constructor(
    private readonly repository: LiveEventRepository,
    private readonly signals: SignalBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.signals.on(liveEventChanged, () => void this.refresh().catch((error: unknown) => this.logger.warn(error)));
  }

  /** A signal may be lost. */
  @Periodic(pollMilliseconds)
  async poll(): Promise<void> {
    await this.refresh();
  }

  /** From where the streams of events that are not over come; this server is none of them. */
  streamOrigins(): string[] {
    const now = Date.now();
    const current = [...this.events.values()].filter((event) => stateOf(event, now) !== 'closed');
    const urls = current.flatMap(({ streamUrl, fallbackStreamUrl }) => [streamUrl, fallbackStreamUrl ?? '']);
    return [...new Set(urls.flatMap((url) => URL.parse(url)?.origin ?? []))];
  }

  /** Tells of every event that came or changed, wherever it was changed. */
  onChange(listener: (event: LiveEvent) => void): void {
    this.listeners.push(listener);
  }

  known(id: number): LiveEvent | undefined {
    return this.events.get(id);
  }

  /**
   * A process that missed the news looks once more before it says no.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async find(id: number): Promise<LiveEvent> {
    const event = this.events.get(id);
    if (event) return event;
    await within(patienceMilliseconds, this.refresh());
    const found = this.events.get(id);
    if (!found) throw new ApiError('EVENT_NOT_FOUND');
    return found;
  }

  /**
   * The event, for somebody it concerns.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async findFor(student: Student, id: number): Promise<LiveEvent> {
    const event = await this.find(id);
    if (!concerns(event, student)) throw new ApiError('EVENT_NOT_FOUND');
    return event;
  }

  /** The one that matters now first; of several alike the latest, of several to come the next. */
  inOrder(): LiveEvent[] {
    const now = Date.now();
    const ranked = [...this.events.values()].map((event) => ({ event, state: stateOf(event, now) }));
    ranked.sort((one, other) => {
      if (one.state !== other.state) return rank[one.state] - rank[other.state];
      const apart = other.event.opensAt.getTime() - one.event.opensAt.getTime() || other.event.id - one.event.id;
      return one.state === 'scheduled' ? -apart : apart;
    });
    return ranked.map(({ event }) => event);
  }

  /** Reads all of them, later than this call. */
  readonly refresh = singleFlight(() => this.read());

  private async read(): Promise<void> {
    const before = this.events;
    const all = await this.repository.all();
    this.events = new Map(all.map((event) => [event.id, event]));
    for (const event of all)
      if (JSON.stringify(event) !== JSON.stringify(before.get(event.id)))
        for (const listener of this.listeners) listener(event);
  }
}
