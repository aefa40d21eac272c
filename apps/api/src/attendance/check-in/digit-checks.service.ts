import { Injectable } from '@nestjs/common';
import type { DigitCheck, DigitCheckResult, DigitCheckResults } from '@exco/contracts';
import { Clock } from '../../infrastructure/clock.ts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { DigitsService } from '../../users/digits/digits.service.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AttendanceReader, isIn } from '../records/attendance-reader.ts';
import { CheckInRules } from './check-in-rules.ts';

type Result = DigitCheckResults['results'][number];

/** Tells the page at once which classmates can be checked in, from the moment on from which it may get ready. */
@Injectable()
export class DigitChecksService {
  constructor(
    private readonly rules: CheckInRules,
    private readonly digits: DigitsService,
    private readonly reader: AttendanceReader,
    private readonly clock: Clock,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, DIGITS_LOCKED */
  async check(me: Student, sessionId: string, eventId: number, tried: DigitCheck): Promise<DigitCheckResult> {
    const [result] = (await this.checkAll(me, sessionId, eventId, [tried])).results;
    if (!result) throw new Error('a digit check has no result');
    const { outcome, retryAfterSeconds } = result;
    if (outcome === 'locked') throw new ApiError('DIGITS_LOCKED', undefined, retryAfterSeconds);
    return { outcome };
  }

  /** @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED */
  async checkAll(
    me: Student,
    sessionId: string,
    eventId: number,
    tried: readonly DigitCheck[],
  ): Promise<DigitCheckResults> {
    const event = await this.rules.preparedEvent(me, eventId, this.clock.now());
    const verdicts = await this.digits.verify(me, sessionId, tried, event.classIds);
    const confirmed = tried.filter((_, index) => verdicts[index]?.outcome === 'match').map(({ userId }) => userId);
    const present = await this.reader.presentOf(eventId, confirmed);
    const results = tried.map(({ userId }, index): Result => {
      const verdict = verdicts[index];
      if (verdict?.outcome === 'locked') return { userId, outcome: 'locked', retryAfterSeconds: verdict.seconds };
      if (verdict?.outcome !== 'match') return { userId, outcome: 'wrong-digits' };
      // Not known without the database: then the check-in itself says who is there already.
      return { userId, outcome: isIn(present, userId) ? 'already-checked-in' : 'match' };
    });
    return { results };
  }
}
