import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '@exco/contracts';
import { ApiError, busy } from './api-error.ts';
import { isUnavailable } from '../database/failures.ts';

const codeByStatus: Partial<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'BAD_REQUEST',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error) return Number(error.statusCode);
  return 500;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The one place that answers errors, whatever threw them: Nest, Fastify, the database or ourselves. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ApiErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return;
    this.answer(error, host.switchToHttp().getResponse<FastifyReply>());
  }

  answer(error: unknown, reply: FastifyReply): void {
    const known = this.translate(error);
    if (known.retryAfter !== undefined) reply.header('retry-after', known.retryAfter);
    void reply.status(known.status).send(known.body());
  }

  private translate(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (isUnavailable(error)) return busy();
    const code = codeByStatus[statusOf(error)];
    if (code === 'BAD_REQUEST') return new ApiError(code, [{ path: '', message: messageOf(error) }]);
    if (code) return new ApiError(code);
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return new ApiError('INTERNAL_ERROR');
  }
}
