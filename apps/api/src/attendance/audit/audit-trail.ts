import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { AuditRepository, type Act, type AuditRow } from './audit.repository.ts';

const flushEveryMilliseconds = 1_000;
const rowsPerStatement = 500;
/** While the database is away they wait here; beyond this the newest are dropped, and the log says how many. */
const mostWaiting = 100_000;
/** Errors of the server say nothing about the student. */
const notTheirs = new Set(['BUSY', 'INTERNAL_ERROR']);

export type Doing = Pick<Act, 'kind' | 'eventId' | 'actorId'> & {
  /** Whom it is about when the whole request is refused. */
  userId: number;
};

interface Outcome {
  userId: number;
  outcome: string;
}

/**
 * Writes down who did what to whom. A request only leaves its entries here: they are written once a second in
 * multi-row inserts, beside the check-ins and never before them. A process that is killed loses its last second.
 */
@Injectable()
export class AuditTrail implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(AuditTrail.name);
  private waiting: AuditRow[] = [];
  private dropped = 0;
  private flushing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly repository: AuditRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), flushEveryMilliseconds);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Requests that were being answered have left entries since. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    if (this.waiting.length > 0)
      this.logger.error(`${this.waiting.length} audit entries are lost: the database is away`);
  }

  /** Passes on what the act gives, or throws, and remembers what came of it for whom. */
  async witness<Answer extends { results: readonly Outcome[] } | { outcome: string }>(
    request: FastifyRequest,
    doing: Doing,
    answer: Promise<Answer>,
  ): Promise<Answer> {
    try {
      const given = await answer;
      this.remember(
        request,
        doing,
        'results' in given ? given.results : [{ userId: doing.userId, outcome: given.outcome }],
      );
      return given;
    } catch (error) {
      if (error instanceof ApiError && !notTheirs.has(error.code))
        this.remember(request, doing, [{ userId: doing.userId, outcome: error.code }]);
      throw error;
    }
  }

  /** Brings what waits into the database. Never throws: what could not be written waits on. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => (this.flushing = null));
    return this.flushing;
  }

  private remember(request: FastifyRequest, { kind, eventId, actorId }: Doing, outcomes: readonly Outcome[]): void {
    if (this.waiting.length + outcomes.length > mostWaiting) {
      this.dropped += outcomes.length;
      return;
    }
    const userAgent = request.headers['user-agent'] ?? '';
    const act: Act = { kind, eventId, actorId, at: Date.now(), ip: request.ip, userAgent };
    for (const { userId, outcome } of outcomes) this.waiting.push({ act, userId, outcome });
  }

  private async write(): Promise<void> {
    if (this.dropped > 0) this.logger.error(`${this.dropped} audit entries are lost: too many wait for the database`);
    this.dropped = 0;
    const all = this.waiting;
    this.waiting = [];
    let written = 0;
    try {
      for (; written < all.length; written += rowsPerStatement)
        await this.repository.add(all.slice(written, written + rowsPerStatement));
    } catch (error) {
      this.waiting = [...all.slice(written), ...this.waiting];
      this.logger.warn(`the audit waits for the database: ${String(error)}`);
    }
  }
}
