import { Inject, Injectable } from '@nestjs/common';
import type { Session, SignIn } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { Roster, type Student } from '../roster/roster.ts';
import { SignedToken } from './signed-token.ts';

@Injectable()
export class SessionService {
  constructor(
    private readonly roster: Roster,
    private readonly tokens: SignedToken,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** @throws ApiError UNKNOWN_USERNAME, BAD_TOKEN, SIGNED_LINK_REQUIRED */
  async signIn(request: SignIn): Promise<Student> {
    if ('token' in request) {
      const student = await this.roster.find(await this.tokens.username(request.token));
      if (!student) throw new ApiError('BAD_TOKEN');
      return student;
    }
    if (this.env.SIGN_IN === 'signed') throw new ApiError('SIGNED_LINK_REQUIRED');
    const student = await this.roster.find(request.username);
    if (!student) throw new ApiError('UNKNOWN_USERNAME');
    return student;
  }

  view(student: Student): Session {
    const classes = student.classes.map(({ id, name }) => ({ id, name }));
    return { user: { id: student.id, displayName: student.displayName, classes } };
  }
}
