import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import { readCookie, setCookieFor, type CookieSettings } from '../../users/auth/cookies.ts';
import { Signature } from '../../users/auth/signature.ts';
import { sessionSeconds } from '../../users/auth/session-cookie.ts';

/** A check-in that was accepted. */
export interface AcceptedCheckIn {
  /** Milliseconds since 1970. */
  at: number;
  /** Who sent it: the student, or a classmate who brought them. */
  byId: number;
  onItsWay: boolean;
}

/** What receipts prove of one student, by event: null when there is none. */
export type AcceptedCheckIns = (eventId: number) => AcceptedCheckIn | null;

/**
 * Proof that a check-in was accepted: it lets a student in while the database has not confirmed, and after a reload,
 * whichever process answers.
 */
@Injectable()
export class Receipt {
  private readonly signature: Signature;

  constructor(@Inject(ENV) private readonly env: CookieSettings & Pick<Env, 'SESSION_SECRET'>) {
    this.signature = new Signature(env.SESSION_SECRET, 'receipt');
  }

  /**
   * A `Set-Cookie` line for the browser that sent this request.
   * @param accepted `onItsWay`: something this student sent may still be on its way to the database
   */
  issueTo(request: WithHeaders, eventId: number, userId: number, accepted: AcceptedCheckIn): string {
    const { at, byId, onItsWay } = accepted;
    const text = `${eventId}.${userId}.${at}.${Number(onItsWay)}.${byId}`;
    return setCookieFor(this.env, request, `exco_receipt_${eventId}`, this.signature.sign(text), sessionSeconds);
  }

  /** What the cookies of this request prove of this student. */
  of(request: WithHeaders, userId: number): AcceptedCheckIns {
    return (eventId) => this.accepted(request, eventId, userId);
  }

  /** Whether a check-in of this student may still be on its way to the database. */
  isOnItsWay(request: WithHeaders, eventId: number, userId: number): boolean {
    return this.accepted(request, eventId, userId)?.onItsWay ?? false;
  }

  /** The last accepted check-in of this student at this event, if the cookies of this request prove one. */
  accepted(request: WithHeaders, eventId: number, userId: number): AcceptedCheckIn | null {
    const name = `exco_receipt_${eventId}`;
    const value = readCookie(this.env, request, name);
    const text = value && this.signature.open(value);
    if (!text) return null;
    // A receipt of an earlier version does not say by whom: then it was the student.
    const [event, user, at, onItsWay, byId = userId] = text.split('.').map(Number);
    return event === eventId && user === userId && at ? { at, byId, onItsWay: onItsWay === 1 } : null;
  }
}
