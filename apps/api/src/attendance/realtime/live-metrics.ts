import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../../infrastructure/observability/metrics.ts';

@Injectable()
export class LiveMetrics {
  readonly sockets: Gauge;

  constructor({ registry }: Metrics) {
    this.sockets = new Gauge({ name: 'exco_live_sockets', help: 'Open live connections.', registers: [registry] });
  }
}
