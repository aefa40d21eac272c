import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../../infrastructure/observability/metrics.ts';

@Injectable()
export class LiveMetrics {
  readonly sockets: Gauge;

  constructor(private readonly metrics: Metrics) {
    this.sockets = new Gauge({
      name: 'exco_live_sockets',
      help: 'Open live connections.',
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
