import { Injectable } from '@nestjs/common';
import { timesOutOfOrder, type ChangeLiveEvent, type CreateLiveEvent } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Roster } from '../../users/roster/roster.ts';
import { LiveEventRepository, type LiveEventFields } from './live-event.repository.ts';
import { liveEventChanged } from './live-event-signals.ts';
import { LiveEvents } from './live-events.ts';

const times = ['opensAt', 'startsAt', 'endsAt', 'closesAt'] as const;

/** The life of an event, in the hands of its host. */
@Injectable()
export class LiveEventService {
  constructor(
    private readonly repository: LiveEventRepository,
    private readonly events: LiveEvents,
    private readonly signals: SignalBus,
    private readonly roster: Roster,
  ) {}

  /** @throws ApiError BAD_REQUEST when it names a class that is not there */
  async create(request: CreateLiveEvent): Promise<LiveEvent> {
    await this.judgeClasses(request.classIds);
    const { opensAt, startsAt, endsAt, closesAt, ...rest } = request;
    const event = await this.repository.create({
      ...rest,
      opensAt: new Date(opensAt),
      startsAt: new Date(startsAt),
      endsAt: new Date(endsAt),
      closesAt: new Date(closesAt),
    });
    return this.announced(event.id);
  }

  /** @throws ApiError BAD_REQUEST with the field, when the times would be out of order; EVENT_NOT_FOUND */
  async change(id: number, request: ChangeLiveEvent): Promise<LiveEvent> {
    const event = await this.events.find(id);
    const { opensAt, startsAt, endsAt, closesAt, ...fields } = request;
    const asked = { opensAt, startsAt, endsAt, closesAt };
    const wanted = Object.fromEntries(times.map((name) => [name, asked[name] ?? event[name].toISOString()]));
    const fault = timesOutOfOrder(wanted);
    if (fault) throw new ApiError('BAD_REQUEST', [{ path: fault[0], message: fault[1] }]);
    await this.judgeClasses(request.classIds);
    const change: Partial<LiveEventFields> = { ...fields };
    for (const name of times) if (asked[name] !== undefined) change[name] = new Date(asked[name]);
    await this.repository.change(id, change);
    return this.announced(id);
  }

  /**
   * The host’s “End live event”: the end moves to now, and with it whatever would lie behind. Ending twice changes nothing.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async end(id: number): Promise<LiveEvent> {
    const event = await this.events.find(id);
    const now = new Date();
    if (event.endsAt <= now) return event;
    const earlier = (time: Date) => (time < now ? time : now);
    await this.repository.change(id, {
      opensAt: earlier(event.opensAt),
      startsAt: earlier(event.startsAt),
      endsAt: now,
    });
    return this.announced(id);
  }

  private async judgeClasses(classIds: number[] | null | undefined): Promise<void> {
    if (!classIds) return;
    await this.roster.refresh();
    const known = new Set(this.roster.allClasses().map(({ id }) => id));
    const unknown = classIds.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw new ApiError('BAD_REQUEST', [{ path: 'classIds', message: `there is no class ${unknown.join(', ')}` }]);
  }

  private async announced(id: number): Promise<LiveEvent> {
    await this.events.refresh();
    this.signals.publish(liveEventChanged, { eventId: id });
    return this.events.find(id);
  }
}
