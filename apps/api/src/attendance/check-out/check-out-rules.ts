import { Injectable } from '@nestjs/common';
import type { LiveEvent } from '@exco/persistence';
import type { FastifyRequest } from 'fastify';
import { ApiError, busy } from '../../infrastructure/http/api-error.ts';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import type { CheckOut } from '../records/attendance.ts';
import { Receipt } from '../records/receipt.ts';

/** When check-out is possible, and of whom. Whose it is, the database decides while it writes. */
@Injectable()
export class CheckOutRules {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly receipts: Receipt,
    private readonly reader: AttendanceReader,
  ) {}

  /**
   * @param at when the request came, milliseconds since 1970
   * @throws ApiError EVENT_NOT_FOUND, CHECK_OUT_NOT_OPEN, CHECK_OUT_CLOSED
   */
  async decide(
    me: Student,
    eventId: number,
    userIds: readonly number[],
    incoming: FastifyRequest,
    at: number,
  ): Promise<CheckOut[]> {
    const event = await this.events.find(eventId);
    await this.refuseUninvited(me, event, incoming);
    let state = stateOf(event, at);
    if (state !== 'ended') state = stateOf(await this.events.newest(event), at);
    if (state === 'closed') throw new ApiError('CHECK_OUT_CLOSED');
    if (state !== 'ended') throw new ApiError('CHECK_OUT_NOT_OPEN');
    const onItsWay = this.receipts.isOnItsWay(incoming, eventId, me.id);
    return userIds.map((userId) => ({
      userId,
      byId: me.id,
      at,
      expected: onItsWay && this.mayBeMine(me, userId),
    }));
  }

  /**
   * Whoever was there may leave, though the event was narrowed since; nobody else learns that it exists.
   * @throws ApiError EVENT_NOT_FOUND, BUSY when the database does not answer
   */
  async refuseUninvited(me: Student, event: LiveEvent, incoming: FastifyRequest): Promise<void> {
    if (concerns(event, me) || this.receipts.accepted(incoming, event.id, me.id)) return;
    const standing = await this.reader.standing(event.id, me.id);
    if (standing.kind === 'unknown') throw busy();
    if (standing.kind === 'absent' || standing.kind === 'revoked') throw new ApiError('EVENT_NOT_FOUND');
  }

  /** Whoever is neither me nor a classmate cannot have been checked in by me. */
  private mayBeMine(me: Student, userId: number): boolean {
    if (userId === me.id) return true;
    const student = this.roster.student(userId);
    return student !== undefined && this.roster.shareClass(me, student);
  }
}
