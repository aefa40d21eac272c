import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SessionCookie } from '../../users/auth/session-cookie.ts';
import { Revocations } from '../records/revocations.ts';

/** Behind the session guard. Whose check-in was taken back can’t check in again, nor bring others. */
@Injectable()
export class NotRevoked implements CanActivate {
  constructor(
    private readonly revocations: Revocations,
    private readonly cookie: SessionCookie,
  ) {}

  /** @throws ApiError CHECK_IN_REVOKED */
  canActivate(context: ExecutionContext): boolean {
    const { headers, params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { eventId: string } }>>();
    const userId = this.cookie.userId(headers.cookie);
    if (userId !== null && this.revocations.has(params.eventId, userId)) throw new ApiError('CHECK_IN_REVOKED');
    return true;
  }
}
