import { Injectable } from '@nestjs/common';
import type {
  CheckInAnswer,
  CheckInCommitted,
  CheckInQueued,
  CheckInRequest,
  DigitCheck,
  DigitCheckResult,
} from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { DigitsService, type DigitsVerdict } from '../../users/digits/digits.service.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import type { CheckInRow, Written } from '../records/attendance-rows.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import { WriteBehind } from '../write-behind/write-behind.service.ts';

type Refused = Exclude<DigitsVerdict['outcome'], 'match'>;
/** Somebody of the request, in its order: confirmed, or refused with the reason. */
type Named = { userId: number; refused?: Refused | undefined };

/** The rules of a check-in. A warm process decides them without a query. */
@Injectable()
export class CheckInService {
  constructor(
    private readonly events: LiveEvents,
    private readonly digits: DigitsService,
    private readonly writer: WriteBehind,
    private readonly reader: AttendanceReader,
    private readonly views: AttendanceViews,
  ) {}

  /**
   * @param at when the request came, milliseconds since 1970: the time that is kept
   * @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, CONNECTION_TOO_SLOW, DIGITS_LOCKED,
   * WRONG_DIGITS, BAD_REQUEST, BUSY, CHECK_IN_REVOKED: then nothing is written for anyone
   */
  async checkIn(me: Student, eventId: number, request: CheckInRequest, at: number): Promise<CheckInAnswer> {
    const event = await this.openEvent(me, eventId, at);
    if (request.classmates.some(({ userId }) => userId === me.id))
      throw new ApiError('BAD_REQUEST', [{ path: 'classmates', message: 'names yourself' }]);
    if (request.connection.kbps < event.minimumKbps)
      throw new ApiError('CONNECTION_TOO_SLOW', { minimumKbps: event.minimumKbps });
    if (!(await this.isConfirmed(me, { userId: me.id, digits: request.digits }))) throw new ApiError('WRONG_DIGITS');
    const verdicts = await this.digits.verify(me, request.classmates, event.classIds);
    const named: Named[] = [{ userId: me.id }];
    request.classmates.forEach(({ userId }, index) => named.push({ userId, refused: refusal(verdicts[index]) }));

    const { kbps, bytes } = request.connection;
    const rows = named
      .filter((one) => !one.refused)
      .map(({ userId }): CheckInRow => [userId, me.id, at, Math.round(kbps), bytes]);
    const written = await this.writer.write('check-in', eventId, rows);
    return written === 'queued' ? queued(named) : this.committed(me, named, written);
  }

  /**
   * Tells the page at once whether a classmate will come along.
   * @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, DIGITS_LOCKED
   */
  async checkDigits(me: Student, eventId: number, tried: DigitCheck): Promise<DigitCheckResult> {
    const event = await this.openEvent(me, eventId, Date.now());
    if (!(await this.isConfirmed(me, tried, event.classIds))) return { outcome: 'wrong-digits' };
    // Without the database the check-in itself will tell.
    const there = await this.reader.checkedIn(eventId, [tried.userId]).catch(() => null);
    return { outcome: there?.has(tried.userId) ? 'already-checked-in' : 'match' };
  }

  private async openEvent(me: Student, eventId: number, at: number): Promise<LiveEvent> {
    const event = await this.events.findFor(me, eventId);
    const state = stateOf(event, at);
    if (state === 'scheduled') throw new ApiError('CHECK_IN_NOT_OPEN');
    if (state === 'ended' || state === 'closed') throw new ApiError('CHECK_IN_CLOSED');
    return event;
  }

  /** @throws ApiError DIGITS_LOCKED */
  private async isConfirmed(me: Student, tried: DigitCheck, classIds?: number[] | null): Promise<boolean> {
    const [verdict] = await this.digits.verify(me, [tried], classIds);
    if (verdict?.outcome === 'locked') throw new ApiError('DIGITS_LOCKED', undefined, verdict.seconds);
    return verdict?.outcome === 'match';
  }

  /**
   * The outcome follows from the row alone, so the same request is answered the same: a row that is mine I checked in,
   * any other was there already.
   */
  private committed(me: Student, named: Named[], written: Written[]): CheckInCommitted {
    let next = 0;
    const results = named.map(({ userId, refused }): CheckInCommitted['results'][number] => {
      if (refused) return { userId, outcome: refused };
      const row = written[next++];
      if (row === 'revoked') {
        if (userId === me.id) throw new ApiError('CHECK_IN_REVOKED');
        return { userId, outcome: 'locked' };
      }
      if (!Array.isArray(row)) {
        // The database refuses only a student it does not know: they have just left the roster.
        if (userId === me.id) throw new ApiError('NOT_SIGNED_IN');
        return { userId, outcome: 'wrong-digits' };
      }
      const [checkedInAt, checkedInBy] = row;
      return {
        userId,
        outcome: checkedInBy === me.id ? 'checked-in' : 'already-checked-in',
        checkedInAt: new Date(checkedInAt).toISOString(),
        checkedInBy: this.views.person(checkedInBy),
      };
    });
    return { committed: true, results };
  }
}

function refusal(verdict: DigitsVerdict | undefined): Refused | undefined {
  return verdict?.outcome === 'match' ? undefined : (verdict?.outcome ?? 'wrong-digits');
}

function queued(named: Named[]): CheckInQueued {
  return { committed: false, results: named.map(({ userId, refused }) => ({ userId, outcome: refused ?? 'queued' })) };
}
