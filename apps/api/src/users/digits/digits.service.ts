import { Injectable } from '@nestjs/common';
import type { DigitCheck } from '@exco/contracts';
import { DigitLocks } from './digit-locks.ts';
import { isIn, Roster, type Student } from '../roster/roster.ts';

export type DigitsVerdict = { outcome: 'match' | 'wrong-digits' } | { outcome: 'locked'; seconds: number };

const match: DigitsVerdict = { outcome: 'match' };
const wrongDigits: DigitsVerdict = { outcome: 'wrong-digits' };

/** Whether digits confirm a person. */
@Injectable()
export class DigitsService {
  constructor(
    private readonly roster: Roster,
    private readonly locks: DigitLocks,
  ) {}

  /**
   * What each of these tries is answered. Somebody outside my classes, or nobody at all, is answered exactly as wrong
   * digits are, the lock included: the answers must not say who exists.
   * @param classIds the classes that it is about; none: all
   */
  async verify(me: Student, tries: readonly DigitCheck[], classIds?: number[] | null): Promise<DigitsVerdict[]> {
    const verdicts = tries.map(({ userId, digits }) => this.judge(me, userId, digits, classIds));
    const missed = tries.filter((_, index) => verdicts[index]?.outcome === 'wrong-digits');
    if (missed.length > 0) await Promise.all(missed.map(({ userId }) => this.locks.miss(me.id, userId)));
    return verdicts;
  }

  private judge(me: Student, targetId: number, digits: string, classIds?: number[] | null): DigitsVerdict {
    const seconds = this.locks.secondsLocked(me.id, targetId);
    if (seconds > 0) return { outcome: 'locked', seconds };
    const target = this.roster.student(targetId);
    const mine = target && (target === me || this.roster.shareClass(me, target)) && isIn(target, classIds);
    return mine && target.digits === digits ? match : wrongDigits;
  }
}
