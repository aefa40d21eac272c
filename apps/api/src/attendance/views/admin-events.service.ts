import { Injectable, Logger } from '@nestjs/common';
import type {
  AdminEvent,
  ChangeLiveEvent,
  CreateLiveEvent,
  EventListQuery,
  EventWithoutAttendance,
  Summary,
} from '@exco/contracts';
import type { ListedEvent } from '../../stream/events/live-event.repository.ts';
import type { LiveEvent } from '@exco/persistence';
import { LiveEventService } from '../../stream/events/live-event.service.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { byName } from '../../users/roster/roster.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { EventRosterRepository } from '../records/event-roster.repository.ts';
import { EventViewsService } from './event-views.service.ts';

/** An event as its host sees it. */
@Injectable()
export class AdminEventsService {
  private readonly logger = new Logger(AdminEventsService.name);

  constructor(
    private readonly life: LiveEventService,
    private readonly events: LiveEvents,
    private readonly views: EventViewsService,
    private readonly attendance: AttendanceRepository,
    private readonly eventRoster: EventRosterRepository,
  ) {}

  /** Nobody has checked in yet: a look-up that fails must not make the host create the event twice. */
  async create(request: CreateLiveEvent): Promise<AdminEvent> {
    const event = await this.life.create(request);
    try {
      return await this.view(event);
    } catch (error) {
      this.logger.warn(error);
      return withAddresses(event, this.views.withCounts(event, { checkedIn: 0, checkedOut: 0, watching: 0 }));
    }
  }

  /**
   * Two statements, whatever the number of events. Of those that have not closed the counts say who is watching as well.
   * @throws ApiError BUSY: what is not known is never told as 0
   */
  async list({ limit, before }: EventListQuery): Promise<AdminEvent[]> {
    const events = await this.life.page(before, limit);
    return Promise.all(events.map((event) => this.listed(event)));
  }

  async one(eventId: number): Promise<AdminEvent> {
    return this.view(await this.events.find(eventId));
  }

  async change(eventId: number, request: ChangeLiveEvent): Promise<AdminEvent> {
    return this.view(await this.life.change(eventId, request));
  }

  async end(eventId: number): Promise<AdminEvent> {
    return this.view(await this.life.end(eventId));
  }

  /** Read from the database now: a host decides by it. */
  async summary(eventId: number): Promise<Summary> {
    const event = await this.events.find(eventId);
    const [{ checkedIn, checkedOut }, classes, enrolled, { counts }] = await Promise.all([
      this.attendance.counter(eventId),
      this.eventRoster.byClass(event),
      this.eventRoster.enrolled(event),
      this.views.withoutAttendance(event),
    ]);
    return { counts: { checkedIn, checkedOut, watching: counts.watching }, enrolled, classes: classes.sort(byName) };
  }

  private async listed({ counter, ...event }: ListedEvent): Promise<AdminEvent> {
    const counts = { checkedIn: counter?.checkedIn ?? 0, checkedOut: counter?.checkedOut ?? 0 };
    const watching =
      stateOf(event, this.events.now()) === 'closed' ? 0 : (await this.views.withoutAttendance(event)).counts.watching;
    return withAddresses(event, this.views.withCounts(event, { ...counts, watching }));
  }

  private async view(event: LiveEvent): Promise<AdminEvent> {
    return withAddresses(event, await this.views.withoutAttendance(event));
  }
}

function withAddresses(event: LiveEvent, view: EventWithoutAttendance): AdminEvent {
  const { streamUrl, fallbackStreamUrl, classIds = null } = event;
  return { ...view, streamUrl, fallbackStreamUrl, classIds };
}
