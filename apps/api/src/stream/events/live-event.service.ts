import { Injectable, Logger } from '@nestjs/common';
import { timesOutOfOrder, type ChangeLiveEvent, type CreateLiveEvent } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import type { EntityManager } from 'typeorm';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Roster } from '../../users/roster/roster.ts';
import { LiveEventRepository, type ListedEvent, type LiveEventFields } from './live-event.repository.ts';
import { liveEventChanged } from './live-event-signals.ts';
import { inOrder, LiveEvents, preparesAtOf, stateOf } from './live-events.ts';

const times = ['preparesAt', 'opensAt', 'startsAt', 'endsAt', 'closesAt'] as const;
type Times = Partial<Record<(typeof times)[number], string | null | undefined>>;

/** The life cycle of an event, which its host decides. */
@Injectable()
export class LiveEventService {
  private readonly logger = new Logger(LiveEventService.name);

  constructor(
    private readonly repository: LiveEventRepository,
    private readonly events: LiveEvents,
    private readonly signals: SignalBus,
    private readonly roster: Roster,
  ) {}

  /**
   * The first page holds all events that have not closed, the one that matters first, and closed ones up to the limit;
   * those behind `beforeId` are closed ones alone, the last to close first.
   */
  async page(beforeId: number | undefined, limit: number | undefined): Promise<ListedEvent[]> {
    const now = new Date(this.events.now());
    if (beforeId !== undefined) return this.repository.listedClosed(now, beforeId, limit);
    const around = inOrder(await this.repository.listedAround(now), now.getTime());
    const left = limit === undefined ? undefined : limit - around.length;
    if (left !== undefined && left <= 0) return around;
    return [...around, ...(await this.repository.listedClosed(now, undefined, left))];
  }

  /** @throws ApiError BAD_REQUEST when it names a class that is not there */
  async create(request: CreateLiveEvent): Promise<LiveEvent> {
    await this.refuseUnknownClasses(request.classIds);
    const { preparesAt, opensAt, startsAt, endsAt, closesAt, ...rest } = request;
    const event = await this.repository.create({
      ...rest,
      preparesAt: preparesAt === null ? null : new Date(preparesAt),
      opensAt: new Date(opensAt),
      startsAt: new Date(startsAt),
      endsAt: new Date(endsAt),
      closesAt: new Date(closesAt),
    });
    // It is there: a host who was told otherwise would create it twice.
    await this.announce(event.id).catch((error: unknown) => this.logger.warn(error));
    return event;
  }

  /** @throws ApiError BAD_REQUEST with the field, when the times would be out of order; EVENT_NOT_FOUND */
  async change(id: number, request: ChangeLiveEvent): Promise<LiveEvent> {
    await this.refuseUnknownClasses(request.classIds);
    const { preparesAt, opensAt, startsAt, endsAt, closesAt, ...fields } = request;
    const asked: Times = { preparesAt, opensAt, startsAt, endsAt, closesAt };
    return this.applied(id, (event) => {
      refuseTimesOutOfOrder(event, asked);
      const moved = times.filter((name) => asked[name] !== undefined);
      const dates = moved.map((name) => [name, asked[name] ? new Date(asked[name]) : null] as const);
      return { ...fields, ...(Object.fromEntries(dates) as Partial<LiveEventFields>) };
    });
  }

  /**
   * The host’s “End live event”: the end moves to now, and with it every time that would lie behind it. Ending twice
   * changes nothing.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async end(id: number): Promise<LiveEvent> {
    return this.applied(id, (event) => {
      const now = new Date(this.events.now());
      if (event.endsAt <= now) return null;
      const notAfterNow = (time: Date) => (time < now ? time : now);
      return {
        preparesAt: event.preparesAt && notAfterNow(event.preparesAt),
        opensAt: notAfterNow(event.opensAt),
        startsAt: notAfterNow(event.startsAt),
        endsAt: now,
      };
    });
  }

  /**
   * Hides an event that is over, or for which nobody gets ready yet.
   * @param also what belongs into the same transaction
   * @throws ApiError EVENT_NOT_FOUND, EVENT_RUNNING
   */
  async hide(id: number, also: (manager: EntityManager, event: LiveEvent) => Promise<void>): Promise<void> {
    const outcome = await this.repository.hide(id, (event) => isAtRest(event, this.events.now()), also);
    if (outcome === 'absent') throw new ApiError('EVENT_NOT_FOUND');
    if (outcome === 'refused') throw new ApiError('EVENT_RUNNING');
    await this.announce(id);
  }

  private async applied(id: number, decide: Parameters<LiveEventRepository['change']>[1]): Promise<LiveEvent> {
    const found = await this.repository.change(id, decide);
    if (!found) throw new ApiError('EVENT_NOT_FOUND');
    if (found.changed) await this.announce(id);
    return found.event;
  }

  private async refuseUnknownClasses(classIds: number[] | null | undefined): Promise<void> {
    if (!classIds) return;
    await this.roster.refresh();
    const known = new Set(this.roster.allClasses().map(({ id }) => id));
    const unknown = classIds.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw new ApiError('BAD_REQUEST', [{ path: 'classIds', message: `there is no class ${unknown.join(', ')}` }]);
  }

  /** The other processes learn of it also when this one can not read it just now. */
  private async announce(eventId: number): Promise<void> {
    try {
      await this.events.refresh();
    } finally {
      this.signals.publish(liveEventChanged, { eventId });
    }
  }
}

function isAtRest(event: LiveEvent, now: number): boolean {
  const state = stateOf(event, now);
  return state === 'closed' || (state === 'scheduled' && preparesAtOf(event).getTime() > now);
}

/**
 * Judges each pair of neighbouring times of which one is moved. The others stay as they are: an event that was ended
 * before its start has its start at its end, and its title may still be changed.
 * @throws ApiError BAD_REQUEST
 */
function refuseTimesOutOfOrder(event: LiveEvent, asked: Times): void {
  const wanted = (name: (typeof times)[number]) =>
    asked[name] === undefined ? event[name]?.toISOString() : asked[name];
  for (const [index, later] of times.entries()) {
    const earlier = times[index - 1];
    if (!earlier || (asked[earlier] === undefined && asked[later] === undefined)) continue;
    const fault = timesOutOfOrder({ [earlier]: wanted(earlier), [later]: wanted(later) });
    if (fault) throw new ApiError('BAD_REQUEST', [{ path: fault[0], message: fault[1] }]);
  }
}
