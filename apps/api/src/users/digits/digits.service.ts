import { Inject, Injectable } from '@nestjs/common';
import type { DigitCheck } from '@exco/contracts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { DigitLimits, ownTries, type Miss } from './digit-limits.ts';
import { isIn, Roster, type Student } from '../roster/roster.ts';

export type DigitsVerdict = { outcome: 'match' | 'wrong-digits' } | { outcome: 'locked'; seconds: number };

const match: DigitsVerdict = { outcome: 'match' };
const wrongDigits: DigitsVerdict = { outcome: 'wrong-digits' };

/** Whether digits confirm a person. */
@Injectable()
export class DigitsService {
  constructor(
    private readonly roster: Roster,
    private readonly limits: DigitLimits,
    @Inject(ENV) private readonly env: Pick<Env, 'SIGN_IN'>,
  ) {}

  /**
   * What each of these tries is answered. Somebody outside my classes, or nobody at all, is answered exactly as wrong
   * digits are, the lock included: the answers must not say who exists.
   * @param sessionId in which they are tried
   * @param classIds the classes that it is about; none: all
   */
  async verify(
    me: Student,
    sessionId: string,
    tries: readonly DigitCheck[],
    classIds?: number[] | null,
  ): Promise<DigitsVerdict[]> {
    const missed: Miss[] = [];
    const own = ownTries(this.env.SIGN_IN === 'signed' ? me.id : sessionId);
    const verdicts = tries.map(({ userId, digits }) => {
      const seconds = this.limits.secondsLocked(me.id, userId, own);
      if (seconds > 0) return { outcome: 'locked', seconds } as const;
      const target = this.roster.student(userId);
      const isClassmate = target !== undefined && this.roster.shareClass(me, target);
      const isMine = target && (userId === me.id || isClassmate) && isIn(target, classIds);
      if (isMine && target.digits === digits) return match;
      const miss = { targetId: userId, isClassmate, own };
      this.limits.note(me.id, miss);
      missed.push(miss);
      return wrongDigits;
    });
    if (missed.length > 0) await this.limits.report(me.id, missed);
    return verdicts;
  }
}
