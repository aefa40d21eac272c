import { Injectable } from '@nestjs/common';
import type { CheckInAnswer, CheckInRequest } from '@exco/contracts';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../infrastructure/clock.ts';
import { streamOf } from '../../stream/events/stream-of.ts';
import { sessionIdOf } from '../../users/auth/session.guard.ts';
import type { Student } from '../../users/roster/roster.ts';
import type { CheckIn } from '../records/attendance.ts';
import { Receipt } from '../records/receipt.ts';
import { Batcher } from '../write-behind/batcher.ts';
import { CheckInAnswers } from './check-in-answers.ts';
import { CheckInRules } from './check-in-rules.ts';

/** A check-in: decided by the rules, written in a batch, answered with what stands. */
@Injectable()
export class CheckInService {
  constructor(
    private readonly rules: CheckInRules,
    private readonly batcher: Batcher,
    private readonly answers: CheckInAnswers,
    private readonly receipts: Receipt,
    private readonly clock: Clock,
  ) {}

  /**
   * @param incoming whose cookies may hold an earlier receipt
   * @param withStream the answer also says where the stream is
   * @returns the answer, and a `Set-Cookie` line with the receipt
   * @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, CONNECTION_TOO_SLOW, DIGITS_LOCKED,
   * WRONG_DIGITS, BAD_REQUEST, CHECK_IN_REVOKED, NOT_SIGNED_IN: then nothing is written for anyone. BUSY,
   * TOO_MANY_REQUESTS: nothing is promised.
   */
  async checkIn(
    me: Student,
    eventId: number,
    request: CheckInRequest,
    incoming: FastifyRequest,
    withStream: boolean,
  ): Promise<{ answer: CheckInAnswer; receipt: string }> {
    const at = this.clock.now();
    const { event, named } = await this.rules.decide(me, sessionIdOf(incoming), eventId, request, at);
    const { kbps, bytes } = request.connection;
    const rows = named
      .filter(({ refused }) => !refused)
      .map(({ userId }): CheckIn => ({ userId, byId: me.id, at, kbps: Math.round(kbps), bytes }));
    const outcome = await this.batcher.write('check-in', eventId, rows);
    const answer: CheckInAnswer =
      outcome.kind === 'queued'
        ? this.answers.queued(named)
        : await this.answers.committed(me, eventId, named, outcome.results, at);
    if (withStream) answer.stream = streamOf(event);
    // What was late once may be late still, whatever came in time after it.
    const onItsWay = !answer.committed || this.receipts.isOnItsWay(incoming, eventId, me.id);
    return {
      answer,
      receipt: this.receipts.issueTo(incoming, eventId, me.id, { ...accepted(me, at, answer), onItsWay }),
    };
  }
}

/** When my check-in was, and by whom. The results begin with my own. */
function accepted(me: Student, at: number, answer: CheckInAnswer): { at: number; byId: number } {
  const [own] = answer.results;
  return own && 'checkedInAt' in own
    ? { at: Date.parse(own.checkedInAt), byId: own.checkedInBy.id }
    : { at, byId: me.id };
}
