import { Injectable } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';

/** At once: a check-out of everybody whom one may have brought, twice, and a page that is loaded many times. */
const burst = 2_400;
const perSecond = 20;

interface Account {
  left: number;
  /** Monotonic milliseconds. */
  at: number;
}

/**
 * What one student may ask of one process: requests, and persons that they name. Far above what a page sends at an
 * opening; it keeps one session from filling Redis and the audit, and from slowing the answers to everybody else.
 */
@Injectable()
export class RequestBudget {
  private readonly accounts = new Map<number, Account>();

  constructor(private readonly clock: Clock) {}

  /**
   * @param cost one for the request, and one for each person it names
   * @returns 0, or after how many seconds to come again: then nothing was spent
   */
  spend(userId: number, cost: number): number {
    const now = this.clock.monotonic();
    let account = this.accounts.get(userId);
    if (!account) this.accounts.set(userId, (account = { left: burst, at: now }));
    account.left = Math.min(burst, account.left + ((now - account.at) / 1_000) * perSecond);
    account.at = now;
    if (cost > account.left) return Math.ceil((cost - account.left) / perSecond);
    account.left -= cost;
    return 0;
  }

  get size(): number {
    return this.accounts.size;
  }

  /** Whoever would be at the full budget again needs no account. */
  @Periodic(60_000)
  forget(): void {
    const now = this.clock.monotonic();
    for (const [userId, { left, at }] of this.accounts)
      if (left + ((now - at) / 1_000) * perSecond >= burst) this.accounts.delete(userId);
  }
}
