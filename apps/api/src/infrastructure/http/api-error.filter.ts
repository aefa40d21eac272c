import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '@exco/contracts';
import { ApiError, busy } from './api-error.ts';
import { answerHeaders } from './security-headers.ts';
import { isUnavailable } from '../database/failures.ts';

const codeByStatus: Partial<Record<number, ErrorCode>> = {
  // A file that must not be reached is none.
  403: 'NOT_FOUND',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Whatever else the client got wrong is a bad request, and no fault of ours to be logged. */
function codeOf(status: number): ErrorCode | undefined {
  return codeByStatus[status] ?? (status >= 400 && status < 500 ? 'BAD_REQUEST' : undefined);
}

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
    // A page or a file may have been on its way, with headers of its own.
    void reply.headers(answerHeaders).type('application/json; charset=utf-8').status(known.status).send(known.body());
  }

  private translate(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (isUnavailable(error)) return busy();
    const code = codeOf(statusOf(error));
    if (code === 'BAD_REQUEST') return new ApiError(code, [{ path: '', message: messageOf(error) }]);
    if (code) return new ApiError(code);
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return new ApiError('INTERNAL_ERROR');
  }
}
