import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import type { CheckOut } from '../records/attendance.ts';
import { Receipt } from '../records/receipt.ts';

/** When check-out is possible, and of whom. Whose it is, the database decides while it writes. */
@Injectable()
export class CheckOutRules {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly receipts: Receipt,
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
    const state = stateOf(await this.events.find(eventId), at);
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

  /** Whoever is neither me nor a classmate cannot have been checked in by me. */
  private mayBeMine(me: Student, userId: number): boolean {
    if (userId === me.id) return true;
    const student = this.roster.student(userId);
    return student !== undefined && this.roster.shareClass(me, student);
  }
}
