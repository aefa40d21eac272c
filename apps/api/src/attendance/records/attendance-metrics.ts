import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../infrastructure/observability/metrics.ts';

/** What Prometheus may ask about check-ins and check-outs; the names say the unit. */
@Injectable()
export class AttendanceMetrics {
  readonly answers: Counter<'kind' | 'answer'>;
  readonly batchRows: Histogram;
  readonly commitSeconds: Histogram;
  readonly faultyRows: Counter;
  readonly jobsPutAside: Counter;
  readonly checkOutsGivenUp: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.answers = new Counter({
      name: 'exco_check_in_answers_total',
      help: 'Check-in and check-out requests by how they were answered.',
      labelNames: ['kind', 'answer'] as const,
      registers,
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
}
