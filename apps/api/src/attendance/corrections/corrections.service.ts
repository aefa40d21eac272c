import { Injectable } from '@nestjs/common';
import type { Correction, CorrectionResult } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { Roster } from '../../users/roster/roster.ts';
import type { AttendanceRow } from '../records/attendance.ts';
import { attendanceCommitted, attendanceCorrected } from '../records/attendance-signals.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { CorrectionRepository } from './correction.repository.ts';

/** What an admin puts right by hand, at any time, also after the event. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly repository: CorrectionRepository,
    private readonly views: AttendanceViews,
    private readonly signals: SignalBus,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND, USER_NOT_FOUND, NOT_CHECKED_IN, BAD_REQUEST when the time can’t be */
  async correct(eventId: number, correction: Correction, origin: RequestOrigin): Promise<CorrectionResult> {
    await this.events.find(eventId);
    const { userId, kind } = correction;
    if (kind === 'check-in' && !this.roster.student(userId)) throw new ApiError('USER_NOT_FOUND');
    const now = this.events.now();
    const at = correction.at === undefined ? new Date(now) : new Date(correction.at);
    if (at.getTime() > now) throw new ApiError('BAD_REQUEST', [{ path: 'at', message: 'must not lie in the future' }]);
    const corrected = await this.repository.apply(eventId, correction, at, { ...origin, at: now });
    if (!corrected) throw new ApiError('NOT_CHECKED_IN');
    const { changed, after } = corrected;
    if (changed) this.announce(eventId, userId, after);
    return { userId, kind, changed, attendance: after && this.views.of(after) };
  }

  private announce(eventId: number, userId: number, row: AttendanceRow | null): void {
    this.signals.publish(attendanceCorrected, { eventId, userId, revoked: row === null });
    this.signals.publish(attendanceCommitted, { eventId, brought: row ? [row] : [] });
  }
}
