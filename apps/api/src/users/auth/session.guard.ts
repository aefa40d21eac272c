import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Roster, type Student } from '../roster/roster.ts';
import { RequestBudget } from './request-budget.ts';
import { SessionCookie, type SignedInSession } from './session-cookie.ts';

/** As many as the longest list that any route takes. */
const mostPersons = 1_000;

interface SignedIn {
  student: Student;
  session: SignedInSession;
}

const signedIn = new WeakMap<object, SignedIn>();

@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly roster: Roster,
    private readonly budget: RequestBudget,
  ) {}

  /** @throws ApiError NOT_SIGNED_IN, also for somebody who has left the roster since; TOO_MANY_REQUESTS */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const session = this.cookie.session(request);
    const student = session ? this.roster.student(session.userId) : undefined;
    if (!session || !student) throw new ApiError('NOT_SIGNED_IN');
    const seconds = this.budget.spend(student.id, 1 + personsIn(request.body));
    if (seconds > 0) throw new ApiError('TOO_MANY_REQUESTS', undefined, seconds);
    signedIn.set(request, { student, session });
    return true;
  }
}

/** Before the body is validated: whatever is no list names nobody. */
function personsIn(body: unknown): number {
  const { classmates, checks, userIds } = (body ?? {}) as Record<'classmates' | 'checks' | 'userIds', unknown>;
  const named = classmates ?? checks ?? userIds;
  return Array.isArray(named) ? Math.min(named.length, mostPersons) : 0;
}

function signedInAs(request: object): SignedIn {
  const found = signedIn.get(request);
  if (!found) throw new Error('a route takes the signed-in student without the session guard');
  return found;
}

/** @throws Error on a route that is not behind the session guard */
export function signedInStudent(request: object): Student {
  return signedInAs(request).student;
}

/** The id of the session. @throws Error on a route that is not behind the session guard */
export function sessionIdOf(request: object): string {
  return signedInAs(request).session.id;
}

/** The signed-in student, on a route behind the session guard. */
export const Me = createParamDecorator((_: unknown, context: ExecutionContext): Student =>
  signedInStudent(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The id of the session, on a route behind the session guard. */
export const MySession = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  sessionIdOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
