import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';

interface Answer {
  committed: boolean;
  results: readonly { outcome: string }[];
}

/** 200 when what was sent is in the database, 202 when it is durable and the database is late. */
@Injectable()
export class CommittedOrQueued implements NestInterceptor<Answer, Answer> {
  constructor(private readonly metrics: AttendanceMetrics) {}

  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<Answer> {
    const act = context.getHandler().name === 'checkIn' ? 'check-in' : 'check-out';
    return next.handle().pipe(
      tap({
        next: ({ committed, results }) => {
          this.metrics.answers.inc({ act, answer: committed ? 'committed' : 'queued' });
          this.metrics.count(act, results);
          context
            .switchToHttp()
            .getResponse<FastifyReply>()
            .status(committed ? 200 : 202);
        },
        error: (error: unknown) => {
          const isBusy = error instanceof ApiError && error.status === 503;
          this.metrics.answers.inc({ act, answer: isBusy ? 'busy' : 'refused' });
        },
      }),
    );
  }
}
