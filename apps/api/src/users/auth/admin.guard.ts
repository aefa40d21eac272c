import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Bearer tokens, several so that one can be rotated. Digests make the comparison take the same time for any guess. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly tokens: Buffer[];

  constructor(@Inject(ENV) env: Env) {
    this.tokens = env.ADMIN_TOKEN.map(digest);
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const given = digest(/^bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? '');
    if (this.tokens.filter((token) => timingSafeEqual(token, given)).length === 0)
      throw new ApiError('ADMIN_TOKEN_REQUIRED');
    return true;
  }
}
