import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { id, pathId } from '@exco/contracts';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { Clock } from '../../infrastructure/clock.ts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { signedInStudent } from '../../users/auth/session.guard.ts';
import type { AuditedRequest, AuditedKind } from './audit-entry.ts';
import { AuditTrail, type AuditedOutcome } from './audit-trail.ts';
import { originOf } from './request-origin.ts';

const kindKey = 'exco:audited';
/** Errors of the server say nothing about the student. */
const ofTheServer = new Set(['BUSY', 'INTERNAL_ERROR']);

type Request = FastifyRequest<{ Params: { eventId: string }; Body: { userId?: unknown } | undefined }>;
/** What the audited routes answer. */
type Answer = { results: readonly AuditedOutcome[] } | { outcome: string };

/** Writes down what was asked and what came of it, refused tries too. Never delays an answer, never changes one. */
@Injectable()
export class AuditInterceptor implements NestInterceptor<Answer, Answer> {
  constructor(
    private readonly reflector: Reflector,
    private readonly events: LiveEvents,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<Answer> {
    const request = context.switchToHttp().getRequest<Request>();
    const eventId = pathId.safeParse(request.params.eventId).data;
    if (eventId === undefined) return next.handle();
    const kind = this.reflector.get<AuditedKind>(kindKey, context.getHandler());
    const actorId = signedInStudent(request).id;
    const act: AuditedRequest = { kind, eventId, actorId, origin: originOf(request, this.clock.now()) };
    return next.handle().pipe(
      tap({
        next: (answer) => this.trail.remember(act, outcomesOf(answer, aboutWhom(request, actorId))),
        error: (error: unknown) => {
          if (this.saysSomething(error, eventId))
            this.trail.remember(act, [{ userId: aboutWhom(request, actorId), outcome: error.code }]);
        },
      }),
    );
  }

  /** Nobody could ask for the entries of an event that does not exist, and nothing would ever delete them. */
  private saysSomething(error: unknown, eventId: number): error is ApiError {
    if (!(error instanceof ApiError) || ofTheServer.has(error.code)) return false;
    return error.code !== 'EVENT_NOT_FOUND' || this.events.known(eventId) !== undefined;
  }
}

function outcomesOf(answer: Answer, userId: number): readonly AuditedOutcome[] {
  return 'results' in answer ? answer.results : [{ userId, outcome: answer.outcome }];
}

/** The one whom the request names, else whoever sent it. */
function aboutWhom({ body }: Request, actorId: number): number {
  return id.safeParse(body?.userId).data ?? actorId;
}

/** What this route is asked, and what came of it, stands in the audit. For routes behind the session guard. */
export function Audited(kind: AuditedKind): MethodDecorator {
  return applyDecorators(SetMetadata(kindKey, kind), UseInterceptors(AuditInterceptor));
}
