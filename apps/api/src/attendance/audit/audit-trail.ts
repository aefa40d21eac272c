import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { BufferedWriter } from '../../infrastructure/database/buffered-writer.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import type { AuditedRequest, AuditRow } from './audit-entry.ts';
import { AuditRepository } from './audit.repository.ts';

const flushEveryMilliseconds = 1_000;
const rowsPerStatement = 500;
const mostWaiting = 100_000;
/** Of one student, between two flushes: so that one who sends more does not take the room of the others. */
const mostOfOneActor = 2_000;

export interface AuditedOutcome {
  userId: number;
  outcome: string;
}

/**
 * What students did, on its way into the audit. A request only leaves its entries here: they are written once a second
 * in multi-row inserts, beside the check-ins and never before them. A process that is killed loses its last second.
 */
@Injectable()
export class AuditTrail implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(AuditTrail.name);
  private readonly lost: Counter<'reason'>;
  private readonly writer: BufferedWriter<AuditRow>;
  private byActor = new Map<number, number>();

  constructor(repository: AuditRepository, metrics: Metrics) {
    this.lost = new Counter({
      name: 'exco_audit_entries_lost_total',
      help: 'Audit entries that were not written: refused by the database, or too many were waiting.',
      labelNames: ['reason'] as const,
      registers: [metrics.registry],
    });
    this.writer = new BufferedWriter({
      name: AuditTrail.name,
      write: (rows, key) => repository.add(rows, key),
      rowsPerStatement,
      mostWaiting,
      onLost: (reason, count) => this.lost.inc({ reason }, count),
    });
    const { writer } = this;
    new Gauge({
      name: 'exco_audit_entries_waiting',
      help: 'Audit entries in memory that the database has not taken yet.',
      registers: [metrics.registry],
      collect() {
        this.set(writer.size);
      },
    });
  }

  remember(act: AuditedRequest, outcomes: readonly AuditedOutcome[]): void {
    const before = this.byActor.get(act.actorId) ?? 0;
    const fitting = Math.min(outcomes.length, mostOfOneActor - before);
    this.byActor.set(act.actorId, before + fitting);
    if (fitting < outcomes.length) this.lost.inc({ reason: 'dropped' }, outcomes.length - fitting);
    const rows = outcomes.slice(0, fitting).map(({ userId, outcome }) => ({ act, userId, outcome }));
    this.writer.add(rows);
  }

  /** Brings into the database what was remembered before this call. Never throws: while it is away, entries wait. */
  async flush(): Promise<void> {
    await this.writer.flush();
  }

  @Periodic(flushEveryMilliseconds)
  async flushRegularly(): Promise<void> {
    await this.writer.flush();
    if (this.writer.size === 0) this.byActor = new Map();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Requests that were being answered have left entries since. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush();
    if (this.writer.size > 0) this.logger.error(`${this.writer.size} audit entries are lost: the database is away`);
  }
}
