import { Injectable } from '@nestjs/common';
import { DigitLocks } from './digit-locks.ts';
import { isIn, Roster, type Student } from './roster.ts';

export type DigitsVerdict = { outcome: 'match' | 'wrong-digits' } | { outcome: 'locked'; seconds: number };

/** Whether digits confirm a person. */
@Injectable()
export class DigitsService {
  constructor(
    private readonly roster: Roster,
    private readonly locks: DigitLocks,
  ) {}

  /**
   * Somebody outside my classes, or nobody at all, is answered exactly as wrong digits are, the lock included:
   * the answers must not say who exists.
   * @param classIds the classes that it is about; none: all
   */
  async verify(me: Student, targetId: number, digits: string, classIds?: number[] | null): Promise<DigitsVerdict> {
    const verdict = this.judge(me, targetId, digits, classIds ?? null);
    if (verdict.outcome === 'wrong-digits') await this.locks.miss(me.id, targetId);
    return verdict;
  }

  private judge(me: Student, targetId: number, digits: string, classIds: number[] | null): DigitsVerdict {
    const seconds = this.locks.secondsLocked(me.id, targetId);
    if (seconds > 0) return { outcome: 'locked', seconds };
    const target = this.roster.student(targetId);
    const mine = target && (target === me || this.roster.shareClass(me, target)) && isIn(target, classIds);
    return mine && target.digits === digits ? { outcome: 'match' } : { outcome: 'wrong-digits' };
  }
}
