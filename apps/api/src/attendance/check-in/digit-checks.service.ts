import { Injectable } from '@nestjs/common';
import type { DigitCheck, DigitCheckResult } from '@exco/contracts';
import { Clock } from '../../infrastructure/clock.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import { CheckInRules } from './check-in-rules.ts';

/** Tells the page at once whether a classmate can be checked in. */
@Injectable()
export class DigitChecksService {
  constructor(
    private readonly rules: CheckInRules,
    private readonly reader: AttendanceReader,
    private readonly clock: Clock,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, DIGITS_LOCKED */
  async check(me: Student, eventId: number, tried: DigitCheck): Promise<DigitCheckResult> {
    const event = await this.rules.openEvent(me, eventId, this.clock.now());
    if (!(await this.rules.isConfirmed(me, tried, event.classIds))) return { outcome: 'wrong-digits' };
    const present = await this.reader.checkedIn(eventId, [tried.userId]);
    // Not known without the database: then the check-in itself says who is there already.
    const there = present.kind === 'found' && present.userIds.has(tried.userId);
    return { outcome: there ? 'already-checked-in' : 'match' };
  }
}
