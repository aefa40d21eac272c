import { Inject, Injectable } from '@nestjs/common';
import type { Session, SignIn } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import { Roster, type Student } from '../roster/roster.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import { SignedOutSessions } from './signed-out-sessions.ts';
import { SignedToken } from './signed-token.ts';

@Injectable()
export class SessionService {
  constructor(
    private readonly roster: Roster,
    private readonly tokens: SignedToken,
    private readonly throttle: SignInThrottle,
    private readonly signedOut: SignedOutSessions,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * @param address where the request comes from
   * @throws ApiError UNKNOWN_USERNAME, BAD_TOKEN, SIGNED_LINK_REQUIRED, TOO_MANY_TRIES
   */
  async signIn(request: SignIn, address: string): Promise<Student> {
    if ('token' in request) {
      const student = await this.roster.find(await this.tokens.username(request.token));
      if (!student) throw new ApiError('BAD_TOKEN');
      return student;
    }
    if (this.env.SIGN_IN === 'signed') throw new ApiError('SIGNED_LINK_REQUIRED');
    return this.byUsername(request.username, address);
  }

  private async byUsername(username: string, address: string): Promise<Student> {
    if (this.throttle.isThrottled(username)) {
      const seconds = await this.throttle.secondsToTurn(username, address, this.roster.sharingStem(username));
      if (seconds > 0) throw new ApiError('TOO_MANY_TRIES', undefined, seconds);
    }
    const known = this.roster.known(username);
    if (known) return known;
    // Counted before anything is waited for: a thousand names sent together must not all be judged first.
    const counted = this.throttle.missed(username, this.roster.sharingStem(username));
    const [student] = await Promise.all([this.roster.find(username), counted]);
    if (!student) throw new ApiError('UNKNOWN_USERNAME');
    return student;
  }

  /** The cookie of this request is good no more, on any process. */
  async signOut(request: WithHeaders): Promise<void> {
    await this.signedOut.signOut(request);
  }

  view(student: Student): Session {
    const classes = student.classes.map(({ id, name }) => ({ id, name }));
    return { user: { id: student.id, displayName: student.displayName, classes } };
  }
}
