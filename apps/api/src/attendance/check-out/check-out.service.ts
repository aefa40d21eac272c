import { Injectable } from '@nestjs/common';
import type { CheckOutAnswer, CheckOutCommitted, CheckOutRequest, Companion } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import type { CheckOutRow, Stored, Written } from '../records/attendance-rows.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import { WriteBehind } from '../write-behind/write-behind.service.ts';

/** The rules of a check-out. Whose it is, the database decides while it writes. */
@Injectable()
export class CheckOutService {
  constructor(
    private readonly events: LiveEvents,
    private readonly writer: WriteBehind,
    private readonly reader: AttendanceReader,
    private readonly views: AttendanceViews,
    private readonly roster: Roster,
  ) {}

  /** Me first, then everyone I checked in; nobody when I am not there. */
  async companions(me: Student, eventId: number, acceptedAt: number | null): Promise<Companion[]> {
    await this.events.find(eventId);
    const [own, brought] = await Promise.all([
      this.reader.standing(eventId, me.id),
      this.reader.broughtBy(eventId, me.id),
    ]);
    const mine: { userId: number; stored: Stored }[] = brought.filter(({ userId }) => userId !== me.id);
    if (own && own !== 'revoked') mine.unshift({ userId: me.id, stored: own });
    else if (own === null && acceptedAt !== null)
      mine.unshift({ userId: me.id, stored: [acceptedAt, me.id, null, null] });
    return mine.map(({ userId, stored }) => {
      const { checkedInAt, checkedOutAt } = this.views.of(stored);
      return { userId, displayName: this.views.person(userId).displayName, checkedInAt, checkedOutAt };
    });
  }

  /**
   * @param onItsWay a receipt says that a check-in I sent may still be on its way to the database
   * @throws ApiError EVENT_NOT_FOUND, CHECK_OUT_NOT_OPEN, CHECK_OUT_CLOSED, BUSY
   */
  async checkOut(
    me: Student,
    eventId: number,
    { userIds }: CheckOutRequest,
    at: number,
    onItsWay: boolean,
  ): Promise<CheckOutAnswer> {
    const state = stateOf(await this.events.find(eventId), at);
    if (state === 'closed') throw new ApiError('CHECK_OUT_CLOSED');
    if (state !== 'ended') throw new ApiError('CHECK_OUT_NOT_OPEN');
    const rows = userIds.map((userId): CheckOutRow => [userId, me.id, at, onItsWay && this.mayBeMine(me, userId)]);
    const written = await this.writer.write('check-out', eventId, rows);
    if (written === 'queued' || written.includes('awaited')) return queued(userIds, written);
    return { committed: true, results: userIds.map((userId, index) => result(me, userId, written[index] ?? null)) };
  }

  /** Whoever is neither me nor a classmate cannot have been checked in by me. */
  private mayBeMine(me: Student, userId: number): boolean {
    const student = this.roster.student(userId);
    return student === me || (student !== undefined && this.roster.shareClass(me, student));
  }
}

/** As with a check-in, the row alone says what happened, and a repeat is answered the same. */
function result(me: Student, userId: number, row: Written): CheckOutCommitted['results'][number] {
  const [, , checkedOutAt, checkedOutBy] = Array.isArray(row) ? row : [];
  if (checkedOutAt === undefined || checkedOutAt === null) return { userId, outcome: 'not-yours' };
  return {
    userId,
    outcome: checkedOutBy === me.id ? 'checked-out' : 'already-checked-out',
    checkedOutAt: new Date(checkedOutAt).toISOString(),
  };
}

function queued(userIds: number[], written: Written[] | 'queued'): CheckOutAnswer {
  const refused = (index: number) => written !== 'queued' && written[index] === null;
  return {
    committed: false,
    results: userIds.map((userId, index) => ({ userId, outcome: refused(index) ? 'not-yours' : 'queued' })),
  };
}
