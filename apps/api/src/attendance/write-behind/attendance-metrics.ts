import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../infrastructure/observability/metrics.ts';

/** What Prometheus may ask about check-ins and check-outs; the names say the unit. */
@Injectable()
export class AttendanceMetrics {
  readonly answers: Counter<'act' | 'answer'>;
  readonly batchRows: Histogram;
  readonly commitSeconds: Histogram;
  readonly faultyRows: Counter;
  readonly jobsPutAside: Counter;
  readonly checkOutsGivenUp: Counter;
  /** Counted here on the way of a request, and told to Prometheus when it asks: labels cost more than the sum. */
  private readonly outcomes = { 'check-in': new Map<string, number>(), 'check-out': new Map<string, number>() };

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.answers = new Counter({
      name: 'exco_attendance_requests_total',
      help: 'Check-in and check-out requests: committed (200), queued (202), busy (503) or refused (another 4xx or 5xx).',
      labelNames: ['act', 'answer'] as const,
      registers,
    });
    const { outcomes } = this;
    new Counter({
      name: 'exco_attendance_outcomes_total',
      help: 'Students in check-in and check-out requests, by what became of each.',
      labelNames: ['act', 'outcome'] as const,
      registers,
      collect() {
        for (const [act, counted] of Object.entries(outcomes))
          for (const [outcome, students] of counted) this.inc({ act, outcome }, students);
        for (const counted of Object.values(outcomes)) counted.clear();
      },
    });
    this.batchRows = new Histogram({
      name: 'exco_batch_rows',
      help: 'Rows in one coalesced batch.',
      buckets: [1, 3, 10, 30, 100, 300, 1000],
      registers,
    });
    this.commitSeconds = new Histogram({
      name: 'exco_commit_seconds',
      help: 'From handing a batch to the queue until its commit is known.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    });
    this.faultyRows = new Counter({
      name: 'exco_faulty_rows_total',
      help: 'Rows that the database refused for good.',
      registers,
    });
    this.jobsPutAside = new Counter({
      name: 'exco_jobs_put_aside_total',
      help: 'Jobs that can never succeed as they are; they stay in the list of failed jobs.',
      registers,
    });
    this.checkOutsGivenUp = new Counter({
      name: 'exco_check_outs_given_up_total',
      help: 'Check-outs that were accepted and whose check-in never came.',
      registers,
    });
  }

  count(act: 'check-in' | 'check-out', outcomes: readonly { outcome: string }[]): void {
    const counted = this.outcomes[act];
    for (const { outcome } of outcomes) counted.set(outcome, (counted.get(outcome) ?? 0) + 1);
  }
}
