import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';

/** 200 when what was sent is in the database, 202 when it is durable and the database is late. */
@Injectable()
export class CommittedOrQueued implements NestInterceptor<{ committed: boolean }, { committed: boolean }> {
  constructor(private readonly metrics: AttendanceMetrics) {}

  intercept(context: ExecutionContext, next: CallHandler<{ committed: boolean }>): Observable<{ committed: boolean }> {
    const kind = context.getHandler().name === 'checkIn' ? 'check-in' : 'check-out';
    return next.handle().pipe(
      tap(({ committed }) => {
        this.metrics.answers.inc({ kind, answer: committed ? 'committed' : 'queued' });
        context
          .switchToHttp()
          .getResponse<FastifyReply>()
          .status(committed ? 200 : 202);
      }),
    );
  }
}
