import { Injectable } from '@nestjs/common';
import type { AdminEvent, ChangeLiveEvent, CreateLiveEvent, Summary } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { LiveEventService } from '../../stream/events/live-event.service.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { Roster } from '../../users/roster/roster.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { EventViewsService } from './event-views.service.ts';

/** An event as its host sees it. */
@Injectable()
export class AdminEventsService {
  constructor(
    private readonly life: LiveEventService,
    private readonly events: LiveEvents,
    private readonly views: EventViewsService,
    private readonly attendance: AttendanceRepository,
    private readonly roster: Roster,
  ) {}

  async create(request: CreateLiveEvent): Promise<AdminEvent> {
    return this.view(await this.life.create(request));
  }

  async list(): Promise<AdminEvent[]> {
    return Promise.all(this.events.inOrder().map((event) => this.view(event)));
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
    const { classIds } = event;
    const classes = this.roster.allClasses().filter(({ id }) => classIds?.includes(id) ?? true);
    const [counter, byClass, { counts }] = await Promise.all([
      this.attendance.counter(eventId),
      this.attendance.byClass(eventId),
      this.views.withoutAttendance(event),
    ]);
    return {
      counts: { checkedIn: counter.checkedIn, checkedOut: counter.checkedOut, watching: counts.watching },
      enrolled: classIds ? this.roster.enrolledIn(classIds) : this.roster.size,
      classes: classes.map(({ id, name, size }) => ({
        id,
        name,
        enrolled: size,
        checkedIn: byClass.get(id)?.checkedIn ?? 0,
        checkedOut: byClass.get(id)?.checkedOut ?? 0,
      })),
    };
  }

  private async view(event: LiveEvent): Promise<AdminEvent> {
    const { streamUrl, fallbackStreamUrl, classIds = null } = event;
    return { ...(await this.views.withoutAttendance(event)), streamUrl, fallbackStreamUrl, classIds };
  }
}
