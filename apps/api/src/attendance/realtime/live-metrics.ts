import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../../infrastructure/observability/metrics.ts';

@Injectable()
export class LiveMetrics {
  readonly sockets: Gauge;
  /** Counted and not logged: a client could fill the log with a line for each frame. */
  readonly ended: Counter<'reason'>;

  constructor(private readonly metrics: Metrics) {
    this.sockets = new Gauge({
      name: 'exco_live_sockets',
      help: 'Open live connections.',
      registers: [metrics.registry],
    });
    this.ended = new Counter({
      name: 'exco_live_sockets_ended_total',
      help: 'Live connections that the server ended: malformed or too many frames, nothing read, no right any more.',
      labelNames: ['reason'] as const,
      registers: [metrics.registry],
    });
  }

  tellAgeOfCounts(seconds: () => number): void {
    new Gauge({
      name: 'exco_counts_age_seconds',
      help: 'How long ago the database last confirmed the counts that students see; 0 while nobody watches.',
      aggregator: 'max',
      registers: [this.metrics.registry],
      collect() {
        this.set(seconds());
      },
    });
  }
}
