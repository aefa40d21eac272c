import { Injectable } from '@nestjs/common';
import type { AttendanceView, Classmate, Counts, EventView, EventWithoutAttendance, StreamView } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents, preparesAtOf, stateOf } from '../../stream/events/live-events.ts';
import { streamOf } from '../../stream/events/stream-of.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import { AttendanceViews } from './attendance-views.ts';
import { AgreedCounts } from '../counts/agreed-counts.ts';

/** A student sees the events around now; a school year of closed ones would only be in the way. */
const mostListed = 10;

/** When the check-in of somebody at an event was accepted, by the receipts that came with the request. */
export type Receipts = (eventId: number) => number | null;

/** What a student sees of an event. */
@Injectable()
export class EventViewsService {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly reader: AttendanceReader,
    private readonly views: AttendanceViews,
    private readonly counts: AgreedCounts,
  ) {}

  async list(me: Student, receipts: Receipts, most = mostListed): Promise<EventView[]> {
    const concerning = this.events.inOrder().filter((event) => concerns(event, me));
    const listed = concerning.slice(0, most);
    return Promise.all(listed.map((event) => this.view(me, event, receipts)));
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async one(me: Student, eventId: number, receipts: Receipts): Promise<EventView> {
    return this.view(me, await this.events.findFor(me, eventId), receipts);
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async classmates(me: Student, eventId: number): Promise<Classmate[]> {
    const event = await this.events.findFor(me, eventId);
    const classmates = [...this.roster.classmatesOf(me)].filter(([classmate]) => concerns(event, classmate));
    const ids = classmates.map(([student]) => student.id);
    // Without the database the list still serves: whoever is there already is found out by the check-in.
    const present = await this.reader.checkedIn(eventId, ids);
    return classmates.map(([{ id, displayName }, { name }]) => ({
      id,
      displayName,
      className: name,
      checkedIn: present.kind === 'found' && present.userIds.has(id),
    }));
  }

  /** @throws ApiError EVENT_NOT_FOUND, CHECK_IN_REQUIRED */
  async stream(me: Student, eventId: number, receipts: Receipts): Promise<StreamView> {
    const event = await this.events.findFor(me, eventId);
    if (!(await this.attendance(me, eventId, receipts))) throw new ApiError('CHECK_IN_REQUIRED');
    return streamOf(event);
  }

  async withoutAttendance(event: LiveEvent): Promise<EventWithoutAttendance> {
    return this.withCounts(event, await this.counts.current(event.id));
  }

  private async view(me: Student, event: LiveEvent, receipts: Receipts): Promise<EventView> {
    const attendance = await this.attendance(me, event.id, receipts);
    // Last, so that a live connection is not told older counts after newer ones.
    return { ...(await this.withoutAttendance(event)), attendance, attendanceRevision: attendance?.revision ?? 0 };
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

  /** The row; else what a receipt proves. A database that is away must lock nobody out who was let in. */
  private async attendance(me: Student, eventId: number, receipts: Receipts): Promise<AttendanceView | null> {
    const standing = await this.reader.standing(eventId, me.id);
    if (standing.kind === 'revoked') return null;
    if (standing.kind === 'found') return this.views.of(standing.row);
    const at = receipts(eventId);
    return at === null ? null : this.views.accepted(me, at);
  }
}
