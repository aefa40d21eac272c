import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../platform/env.ts';
import { cookieName, readCookie, setCookie } from '../users/cookies.ts';
import { Signature } from '../users/signature.ts';
import { sessionSeconds } from '../users/session-cookie.ts';

/**
 * Proof that a check-in was accepted: it lets a student in while the database has not confirmed, and after a reload,
 * whichever process answers.
 */
@Injectable()
export class Receipt {
  private readonly signature: Signature;

  constructor(@Inject(ENV) env: Env) {
    this.signature = new Signature(env.SESSION_SECRET, 'receipt');
  }

  /** A `Set-Cookie` line. @param at milliseconds since 1970 */
  issue(eventId: number, userId: number, at: number, secure: boolean): string {
    return setCookie(`exco_receipt_${eventId}`, this.signature.sign(`${eventId}.${userId}.${at}`), sessionSeconds, secure);
  }

  /** When the check-in of this student at this event was accepted, if these cookies prove one. */
  acceptedAt(cookieHeader: string | undefined, eventId: number, userId: number): number | null {
    const name = `exco_receipt_${eventId}`;
    const value = readCookie(cookieHeader, cookieName(name, true)) ?? readCookie(cookieHeader, name);
    const text = value && this.signature.open(value);
    if (!text) return null;
    const [event, user, at] = text.split('.').map(Number);
    return event === eventId && user === userId && at ? at : null;
  }
}
