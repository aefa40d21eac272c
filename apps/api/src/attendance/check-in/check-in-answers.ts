import { Injectable } from '@nestjs/common';
import type { CheckInCommitted, CheckInQueued } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import type { AttendanceRow, Refusal, WriteResult } from '../records/attendance.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import type { Named } from './check-in-rules.ts';

type Written = Extract<CheckInCommitted['results'][number], { checkedInAt: string }>;

/** What a check-in is answered. */
@Injectable()
export class CheckInAnswers {
  constructor(
    private readonly reader: AttendanceReader,
    private readonly views: AttendanceViews,
  ) {}

  queued(named: readonly Named[]): CheckInQueued {
    return {
      committed: false,
      results: named.map(({ userId, refused }) => ({ userId, outcome: refused ?? 'queued' })),
    };
  }

  /**
   * The outcomes follow from the rows alone, so the same request is answered the same.
   * @param results of those who were not refused, in their order; my own is the first
   * @param at when the request came: a row of mine with another time is that of an earlier request
   * @throws ApiError CHECK_IN_REVOKED, EVENT_NOT_FOUND, NOT_SIGNED_IN: then nothing was written for anyone
   */
  async committed(
    me: Student,
    eventId: number,
    named: readonly Named[],
    results: readonly WriteResult[],
    at: number,
  ): Promise<CheckInCommitted> {
    const own = ownRow(results[0]);
    let next = 0;
    const outcomes = named.map(({ userId, refused }): CheckInCommitted['results'][number] => {
      if (refused) return { userId, outcome: refused };
      const result = results[next++];
      if (result?.kind === 'stored') return this.written(me, result.row);
      // Of somebody whose digits are right it is said that they cannot be checked in, and not why. Whom the database
      // does not know has just left the roster, and is answered like anybody outside my classes.
      return { userId, outcome: result?.kind === 'revoked' ? 'refused' : 'wrong-digits' };
    });
    if (own.checkedInBy !== me.id || own.checkedInAt === at) return { committed: true, results: outcomes };
    const broughtBefore = await this.broughtBefore(me, eventId, named);
    return { committed: true, results: outcomes, ...(broughtBefore.length > 0 ? { broughtBefore } : {}) };
  }

  private written(me: Student, { userId, checkedInAt, checkedInBy }: AttendanceRow): Written {
    return {
      userId,
      outcome: checkedInBy === me.id ? 'checked-in' : 'already-checked-in',
      checkedInAt: new Date(checkedInAt).toISOString(),
      checkedInBy: this.views.person(checkedInBy),
    };
  }

  /**
   * The answer to an earlier request may have been lost, and its classmates changed since: the page learns of everybody
   * whom it has to check out.
   */
  private async broughtBefore(me: Student, eventId: number, named: readonly Named[]): Promise<Written[]> {
    const asked = new Set(named.map(({ userId }) => userId));
    // What is written is answered all the same: the list of check-outs holds them too.
    const brought = await this.reader.broughtBy(eventId, me.id).catch(() => []);
    return brought.filter(({ userId }) => !asked.has(userId)).map((row) => this.written(me, row));
  }
}

/** @throws ApiError as `committed` */
function ownRow(result: WriteResult | undefined): AttendanceRow {
  switch (result?.kind) {
    case 'stored':
      return result.row;
    case 'revoked':
      throw new ApiError('CHECK_IN_REVOKED');
    case 'refused':
      throw refusalOfMyself(result.reason);
    case 'pending':
    case undefined:
      throw new Error('a check-in has no result');
  }
}

function refusalOfMyself(reason: Refusal): Error {
  if (reason === 'no-such-event') return new ApiError('EVENT_NOT_FOUND');
  // I have left the roster since I signed in.
  if (reason === 'no-such-student') return new ApiError('NOT_SIGNED_IN');
  return new Error(`my own check-in was refused: ${reason}`);
}
