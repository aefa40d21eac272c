import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { isSecure, readCookie, setCookie } from '../../users/auth/cookies.ts';
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

  constructor(@Inject(ENV) private readonly env: Env) {
    this.signature = new Signature(env.SESSION_SECRET, 'receipt');
  }

  /**
   * A `Set-Cookie` line.
   * @param accepted `onItsWay`: something this student sent may still be on its way to the database
   */
  issue(eventId: number, userId: number, accepted: AcceptedCheckIn, secure: boolean): string {
    const { at, byId, onItsWay } = accepted;
    const text = `${eventId}.${userId}.${at}.${Number(onItsWay)}.${byId}`;
    return setCookie(`exco_receipt_${eventId}`, this.signature.sign(text), sessionSeconds, secure);
  }

  /** As `issue`, for the browser that sent this request. */
  issueTo(request: FastifyRequest, eventId: number, userId: number, accepted: AcceptedCheckIn): string {
    return this.issue(eventId, userId, accepted, isSecure(this.env, request));
  }

  /** What these cookies prove of this student. */
  of(cookieHeader: string | undefined, userId: number): AcceptedCheckIns {
    return (eventId) => this.accepted(cookieHeader, eventId, userId);
  }

  /** Whether a check-in of this student may still be on its way to the database. */
  isOnItsWay({ headers }: FastifyRequest, eventId: number, userId: number): boolean {
    return this.accepted(headers.cookie, eventId, userId)?.onItsWay ?? false;
  }

  /** The last accepted check-in of this student at this event, if these cookies prove one. */
  accepted(cookieHeader: string | undefined, eventId: number, userId: number): AcceptedCheckIn | null {
    const name = `exco_receipt_${eventId}`;
    const value = readCookie(cookieHeader, name);
    const text = value && this.signature.open(value);
    if (!text) return null;
    // A receipt of an earlier version does not say by whom: then it was the student.
    const [event, user, at, onItsWay, byId = userId] = text.split('.').map(Number);
    return event === eventId && user === userId && at ? { at, byId, onItsWay: onItsWay === 1 } : null;
  }
}
