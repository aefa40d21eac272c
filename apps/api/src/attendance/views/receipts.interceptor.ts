import {
  createParamDecorator,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { signedInStudent } from '../../users/auth/session.guard.ts';
import type { AttendanceRow } from '../records/attendance.ts';
import { Receipt, type AcceptedCheckIn, type AcceptedCheckIns } from '../records/receipt.ts';

/** The receipts that a request brought, and the rows that were seen while it was answered. */
export class ReceiptsOfRequest {
  /** By event. */
  readonly seen = new Map<number, AttendanceRow>();

  constructor(readonly accepted: AcceptedCheckIns) {}
}

const carried = new WeakMap<object, ReceiptsOfRequest>();

/**
 * A student whom a classmate brought has sent nothing, and so has no receipt. They are given one with the first answer
 * that saw their row: a database that is away afterwards shuts nobody out. For routes behind the session guard.
 */
@Injectable()
export class GivesReceipts implements NestInterceptor {
  constructor(private readonly receipt: Receipt) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const me = signedInStudent(request);
    const receipts = new ReceiptsOfRequest(this.receipt.of(request, me.id));
    carried.set(request, receipts);
    return next.handle().pipe(
      tap(() => {
        const missing = [...receipts.seen].filter(([eventId]) => receipts.accepted(eventId) === null);
        if (missing.length === 0) return;
        const lines = missing.map(([eventId, row]) => this.receipt.issueTo(request, eventId, me.id, acceptedBy(row)));
        http.getResponse<FastifyReply>().header('set-cookie', lines);
      }),
    );
  }
}

function acceptedBy({ checkedInAt, checkedInBy }: AttendanceRow): AcceptedCheckIn {
  return { at: checkedInAt, byId: checkedInBy, onItsWay: false };
}

/** On a route that gives receipts. */
export const Receipts = createParamDecorator((_: unknown, context: ExecutionContext): ReceiptsOfRequest => {
  const found = carried.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!found) throw new Error('a route takes receipts and gives none');
  return found;
});
