import { Injectable } from '@nestjs/common';
import type { Counts, EventView, EventWithoutAttendance, StreamView } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents, preparesAtOf, stateOf } from '../../stream/events/live-events.ts';
import { streamOf } from '../../stream/events/stream-of.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AgreedCounts } from '../counts/agreed-counts.ts';
import type { Standing } from '../records/attendance.ts';
import { OwnAttendances, type OwnAttendance } from './own-attendance.ts';
import type { ReceiptsOfRequest } from './receipts.interceptor.ts';

/** A student sees the events around now, not all closed ones of a school year. */
const mostListed = 10;

/** What a student sees of an event. */
@Injectable()
export class EventViewsService {
  constructor(
    private readonly events: LiveEvents,
    private readonly own: OwnAttendances,
    private readonly counts: AgreedCounts,
  ) {}

  /** @throws ApiError BUSY when it is not known whether I am checked in */
  async list(me: Student, receipts: ReceiptsOfRequest): Promise<EventView[]> {
    const listed = this.concerning(me).slice(0, mostListed);
    return Promise.all(listed.map(async (event) => this.view(event, await this.own.find(me, event.id, receipts))));
  }

  /** The one that a page asks for, or the first that concerns me. */
  async onArrival(me: Student, eventId: number | null): Promise<LiveEvent | undefined> {
    if (eventId === null) return this.concerning(me)[0];
    try {
      return await this.events.findFor(me, eventId);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'EVENT_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** In the order in which a student sees them. */
  private concerning(me: Student): LiveEvent[] {
    return this.events.inOrder().filter((event) => concerns(event, me));
  }

  /** @throws ApiError EVENT_NOT_FOUND, BUSY when it is not known whether I am checked in */
  async one(me: Student, eventId: number, receipts: ReceiptsOfRequest): Promise<EventView> {
    const event = await this.events.findFor(me, eventId);
    return this.view(event, await this.own.find(me, event.id, receipts));
  }

  /**
   * With what was looked up of my own attendance.
   * @throws ApiError BUSY when it is not known whether I am checked in
   */
  async of(event: LiveEvent, standing: Standing, me: Student, receipts: ReceiptsOfRequest): Promise<EventView> {
    return this.view(event, this.own.judge(standing, me, event.id, receipts));
  }

  private async view(event: LiveEvent, { attendance, revision }: OwnAttendance): Promise<EventView> {
    // Last, so that a live connection is not told older counts after newer ones.
    return { ...(await this.withoutAttendance(event)), attendance, attendanceRevision: revision };
  }

  /** @throws ApiError EVENT_NOT_FOUND, CHECK_IN_REQUIRED, BUSY when it is not known whether I am checked in */
  async stream(me: Student, eventId: number, receipts: ReceiptsOfRequest): Promise<StreamView> {
    const event = await this.events.findFor(me, eventId);
    const { attendance } = await this.own.find(me, eventId, receipts);
    if (!attendance) throw new ApiError('CHECK_IN_REQUIRED');
    return streamOf(event);
  }

  async withoutAttendance(event: LiveEvent): Promise<EventWithoutAttendance> {
    return this.withCounts(event, await this.counts.current(event.id));
  }

  /** As the event is by now: the host may have ended it while the rest was looked up. */
  withCounts(before: LiveEvent, counts: Counts): EventWithoutAttendance {
    const event = this.events.known(before.id) ?? before;
    const now = this.events.now();
    return {
      id: event.id,
      title: event.title,
      state: stateOf(event, now),
      preparesAt: preparesAtOf(event).toISOString(),
      opensAt: event.opensAt.toISOString(),
      startsAt: event.startsAt.toISOString(),
      endsAt: event.endsAt.toISOString(),
      closesAt: event.closesAt.toISOString(),
      minimumKbps: event.minimumKbps,
      serverTime: new Date(now).toISOString(),
      revision: event.revision,
      counts,
    };
  }
}
