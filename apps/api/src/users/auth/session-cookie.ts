import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { readCookie } from './cookies.ts';
import { Signature } from './signature.ts';

export const sessionCookie = 'exco_session';
export const sessionSeconds = 12 * 60 * 60;

interface Proven {
  userId: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const remembered = 50_000;

/** Stateless sessions: the cookie says who and until when, and our signature proves it. Nothing is looked up. */
@Injectable()
export class SessionCookie {
  private readonly signature: Signature;
  /** Cookies that were proven before: a look-up instead of an HMAC. Emptied when full; that costs one HMAC each. */
  private readonly proven = new Map<string, Proven>();

  constructor(@Inject(ENV) env: Env) {
    this.signature = new Signature(env.SESSION_SECRET, 'session');
  }

  issue(userId: number, now = Date.now()): string {
    return this.signature.sign(`${userId}.${Math.floor(now / 1000) + sessionSeconds}`);
  }

  /** The id of the user whom these cookies prove, if they are whole and still valid. */
  userId(cookieHeader: string | undefined): number | null {
    const value = readCookie(cookieHeader, sessionCookie);
    if (!value) return null;
    const session = this.proven.get(value) ?? this.prove(value);
    return session && session.expiresAt > Date.now() ? session.userId : null;
  }

  private prove(value: string): Proven | null {
    const text = this.signature.open(value);
    if (!text) return null;
    const [userId, expiresAtSeconds] = text.split('.').map(Number);
    if (!userId || !expiresAtSeconds) return null;
    const session = { userId, expiresAt: expiresAtSeconds * 1000 };
    if (this.proven.size >= remembered) this.proven.clear();
    this.proven.set(value, session);
    return session;
  }
}
