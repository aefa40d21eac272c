import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { preparationMilliseconds, stateAt, type LiveEventState } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Clock } from '../../infrastructure/clock.ts';
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
const mostOlder = 100;

/** Which of several events a student is shown first. */
const rank: Record<LiveEventState, number> = { live: 0, open: 1, ended: 2, scheduled: 3, closed: 4 };

export function stateOf({ opensAt, startsAt, endsAt, closesAt }: LiveEvent, now: number): LiveEventState {
  return stateAt({ opensAt: +opensAt, startsAt: +startsAt, endsAt: +endsAt, closesAt: +closesAt }, now);
}

/** The one that matters now first; of several alike the latest, of several to come the next. */
export function inOrder<Event extends LiveEvent>(events: readonly Event[], now: number): Event[] {
  const ranked = events.map((event) => ({ event, state: stateOf(event, now) }));
  ranked.sort((one, other) => {
    if (one.state !== other.state) return rank[one.state] - rank[other.state];
    const apart = other.event.opensAt.getTime() - one.event.opensAt.getTime() || other.event.id - one.event.id;
    return one.state === 'scheduled' ? -apart : apart;
  });
  return ranked.map(({ event }) => event);
}

/** From when on a page may get ready for the opening. */
export function preparesAtOf({ preparesAt, opensAt }: Pick<LiveEvent, 'preparesAt' | 'opensAt'>): Date {
  return preparesAt ?? new Date(opensAt.getTime() - preparationMilliseconds);
}

/**
 * The events around now, in memory, because every request asks for one: those that have not closed and the last that have.
 * They are read anew when their revision has moved. An older one is read when it is asked for, and kept for a while.
 */
@Injectable()
export class LiveEvents implements OnModuleInit {
  private readonly logger = new Logger(LiveEvents.name);
  private readonly listeners: ((event: LiveEvent) => void)[] = [];
  private events = new Map<number, LiveEvent>();
  private older = new Map<number, LiveEvent>();
  private revision = -1;

  constructor(
    private readonly repository: LiveEventRepository,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
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

  /** Milliseconds since 1970, by the clock that decides in which state an event is. */
  now(): number {
    return this.clock.now();
  }

  known(id: number): LiveEvent | undefined {
    return this.events.get(id) ?? this.older.get(id);
  }

  /**
   * A process that missed the news looks once more before it says no.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async find(id: number): Promise<LiveEvent> {
    const event = this.known(id);
    if (event) return event;
    const found = await within(patienceMilliseconds, this.lookUp(id));
    if (!found) throw new ApiError('EVENT_NOT_FOUND');
    return found;
  }

  /**
   * As it stands in the database, before a "no": the host may have moved its times, and the news not be here yet. Without
   * the database as it is known.
   */
  async newest(event: LiveEvent): Promise<LiveEvent> {
    await within(patienceMilliseconds, this.refresh()).catch(() => undefined);
    return this.known(event.id) ?? event;
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

  /** As `inOrder` below, of those in memory. */
  inOrder(): LiveEvent[] {
    return inOrder([...this.events.values()], this.now());
  }

  /** Reads them if their revision moved, later than this call. */
  readonly refresh = singleFlight(() => this.readIfChanged());

  private async lookUp(id: number): Promise<LiveEvent | undefined> {
    await this.refresh();
    const known = this.known(id);
    if (known) return known;
    const { revision } = this;
    const found = await this.repository.one(id);
    if (!found) return undefined;
    if (this.older.size >= mostOlder) this.older.clear();
    // What was read before a change must not be kept after it.
    if (revision === this.revision) this.older.set(id, found);
    return found;
  }

  private async readIfChanged(): Promise<void> {
    const revision = await this.repository.revision();
    if (revision === this.revision) return;
    const before = this.events;
    const current = await this.repository.current(new Date(this.now()));
    this.revision = revision;
    this.older = new Map();
    this.events = new Map(current.map((event) => [event.id, event]));
    for (const event of current)
      if (JSON.stringify(event) !== JSON.stringify(before.get(event.id)))
        for (const listener of this.listeners) listener(event);
  }
}
