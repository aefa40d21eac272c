import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import { readCookie } from './cookies.ts';
import { Signature } from './signature.ts';

export const sessionCookie = 'exco_session';
export const sessionSeconds = 12 * 60 * 60;

export interface SignedInSession {
  /** Tells this sign-in from every other one. No secret: it proves nothing. */
  readonly id: string;
  readonly userId: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const remembered = 50_000;
/** Of one student; beyond it the oldest is good again, until it expires. */
const mostSignedOut = 20;

/** Stateless sessions: the cookie says who and until when, and our signature proves it. Nothing is looked up. */
@Injectable()
export class SessionCookie {
  private readonly signature: Signature;
  /** Cookies that were proven before: a look-up instead of an HMAC. Emptied when full; that costs one HMAC each. */
  private readonly proven = new Map<string, SignedInSession>();
  /** By id. */
  private readonly signedOut = new Map<string, SignedInSession>();

  constructor(@Inject(ENV) private readonly env: Pick<Env, 'SESSION_SECRET' | 'PUBLIC_URL' | 'TRUST_PROXY'>) {
    this.signature = new Signature(env.SESSION_SECRET, 'session');
  }

  issue(userId: number, now = Date.now()): string {
    // Two sign-ins in the same second are two sessions: each is signed out on its own.
    const name = randomBytes(6).toString('base64url');
    return this.signature.sign(`${userId}.${Math.floor(now / 1000) + sessionSeconds}.${name}`);
  }

  /** The session that the cookies of this request prove, if they are whole and it is still good. */
  session(request: WithHeaders): SignedInSession | null {
    const value = readCookie(this.env, request, sessionCookie);
    if (!value) return null;
    const session = this.proven.get(value) ?? this.prove(value);
    return session && this.isGood(session) ? session : null;
  }

  /** The id of the user whom the cookies of this request prove. */
  userId(request: WithHeaders): number | null {
    return this.session(request)?.userId ?? null;
  }

  /** Neither expired nor signed out. */
  isGood({ id, expiresAt }: SignedInSession, now = Date.now()): boolean {
    return expiresAt > now && !this.signedOut.has(id);
  }

  /** From now on this session is refused. @returns whether that is news */
  revoke(session: SignedInSession, now = Date.now()): boolean {
    if (session.expiresAt <= now || this.signedOut.has(session.id)) return false;
    this.signedOut.set(session.id, session);
    return true;
  }

  /** Forgets what need not be refused any more: expired, or more than one student can have signed out by hand. */
  forgetSignedOut(now = Date.now()): SignedInSession[] {
    const perStudent = new Map<number, number>();
    const forgotten: SignedInSession[] = [];
    for (const session of [...this.signedOut.values()].reverse()) {
      const newer = perStudent.get(session.userId) ?? 0;
      perStudent.set(session.userId, newer + 1);
      if (session.expiresAt > now && newer < mostSignedOut) continue;
      this.signedOut.delete(session.id);
      forgotten.push(session);
    }
    return forgotten;
  }

  private prove(value: string): SignedInSession | null {
    const id = this.signature.open(value);
    const session = id === null ? null : readSession(id);
    if (!session) return null;
    if (this.proven.size >= remembered) this.proven.clear();
    this.proven.set(value, session);
    return session;
  }
}

/** What the id of a session says. */
export function readSession(id: string): SignedInSession | null {
  const [userId, expiresAtSeconds] = id.split('.').map(Number);
  return userId && expiresAtSeconds ? { id, userId, expiresAt: expiresAtSeconds * 1000 } : null;
}
