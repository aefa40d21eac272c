import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Roster, type Student } from '../roster/roster.ts';
import { SessionCookie } from './session-cookie.ts';

const signedIn = new WeakMap<object, Student>();

@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly roster: Roster,
  ) {}

  /** @throws ApiError NOT_SIGNED_IN, also for somebody who has left the roster since */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = this.cookie.userId(request.headers.cookie);
    const student = userId === null ? undefined : this.roster.student(userId);
    if (!student) throw new ApiError('NOT_SIGNED_IN');
    signedIn.set(request, student);
    return true;
  }
}

/** @throws Error on a route that is not behind the session guard */
export function signedInStudent(request: object): Student {
  const student = signedIn.get(request);
  if (!student) throw new Error('a route takes the signed-in student without the session guard');
  return student;
}

/** The signed-in student, on a route behind the session guard. */
export const Me = createParamDecorator((_: unknown, context: ExecutionContext): Student =>
  signedInStudent(context.switchToHttp().getRequest<FastifyRequest>()),
);
