import { Injectable } from '@nestjs/common';
import type { CheckOutAnswer, CheckOutCommitted, CheckOutRequest, Companion } from '@exco/contracts';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../infrastructure/clock.ts';
import type { Student } from '../../users/roster/roster.ts';
import type { WriteResult } from '../records/attendance.ts';
import { Batcher } from '../write-behind/batcher.ts';
import { CheckOutList } from './check-out-list.ts';
import { CheckOutRules } from './check-out-rules.ts';

/** A check-out: decided by the rules, written in a batch, answered with what stands. */
@Injectable()
export class CheckOutService {
  constructor(
    private readonly rules: CheckOutRules,
    private readonly batcher: Batcher,
    private readonly list: CheckOutList,
    private readonly clock: Clock,
  ) {}

  /** Me first, then everyone I checked in; nobody when I am not there. @throws ApiError EVENT_NOT_FOUND */
  async mine(me: Student, eventId: number, incoming: FastifyRequest): Promise<Companion[]> {
    return this.list.of(me, eventId, incoming);
  }

  /**
   * @param incoming whose cookies may hold a receipt: a check-in of mine may still be on its way to the database
   * @throws ApiError EVENT_NOT_FOUND, CHECK_OUT_NOT_OPEN, CHECK_OUT_CLOSED, BUSY, TOO_MANY_REQUESTS
   */
  async checkOut(
    me: Student,
    eventId: number,
    { userIds }: CheckOutRequest,
    incoming: FastifyRequest,
  ): Promise<CheckOutAnswer> {
    const rows = await this.rules.decide(me, eventId, userIds, incoming, this.clock.now());
    const outcome = await this.batcher.write('check-out', eventId, rows);
    if (outcome.kind === 'queued')
      return { committed: false, results: userIds.map((userId) => ({ userId, outcome: 'queued' })) };
    const { results } = outcome;
    if (results.some(({ kind }) => kind === 'pending')) return partlyQueued(userIds, results);
    return { committed: true, results: userIds.map((userId, index) => result(me, userId, results[index])) };
  }
}

/** The row alone says what happened, so a repeat is answered the same. */
function result(me: Student, userId: number, written: WriteResult | undefined): CheckOutCommitted['results'][number] {
  if (written?.kind !== 'stored' || written.row.checkedOutAt === null) return { userId, outcome: 'not-yours' };
  return {
    userId,
    outcome: written.row.checkedOutBy === me.id ? 'checked-out' : 'already-checked-out',
    checkedOutAt: new Date(written.row.checkedOutAt).toISOString(),
  };
}

function partlyQueued(userIds: readonly number[], results: readonly WriteResult[]): CheckOutAnswer {
  const isRefused = (index: number) => results[index]?.kind === 'refused' || results[index]?.kind === 'revoked';
  return {
    committed: false,
    results: userIds.map((userId, index) => ({ userId, outcome: isRefused(index) ? 'not-yours' : 'queued' })),
  };
}
