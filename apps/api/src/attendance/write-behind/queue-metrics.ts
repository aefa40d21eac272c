import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Gauge } from 'prom-client';
import { within } from '../../infrastructure/database/failures.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { attendanceQueue } from './job.ts';

const patienceMilliseconds = 1_000;

/** The queue of batches, the same figures from every process. While Redis is away it keeps the last ones. */
@Injectable()
export class QueueMetrics {
  constructor(
    @InjectQueue(attendanceQueue) private readonly queue: Queue,
    { registry }: Metrics,
  ) {
    const look = this.look.bind(this);
    const gauge = { aggregator: 'max' as const, registers: [registry] };
    const age = new Gauge({
      ...gauge,
      name: 'exco_queue_oldest_batch_seconds',
      help: 'Age of the oldest batch that is queued or at work; 0 when there is none.',
    });
    new Gauge({
      ...gauge,
      name: 'exco_queue_batches',
      help: 'Batches in the queue: waiting, active, delayed (check-outs whose check-in is missing), failed (put aside).',
      labelNames: ['state'] as const,
      async collect() {
        const found = await within(patienceMilliseconds, look()).catch(() => null);
        if (!found) return;
        for (const [state, batches] of Object.entries(found.batches)) this.set({ state }, batches);
        age.set(found.oldestSeconds);
      },
    });
  }

  private async look(): Promise<{ batches: Record<string, number>; oldestSeconds: number }> {
    const { waiting, active, delayed, failed } = await this.queue.getJobCounts();
    const ages = await Promise.all(['wait', 'active'].map((list) => this.oldestOf(list)));
    return { batches: { waiting, active, delayed, failed }, oldestSeconds: Math.max(0, ...ages) };
  }

  private async oldestOf(list: string): Promise<number> {
    const id = await this.queue.client.lindex(this.queue.toKey(list), -1);
    const addedAt = id === null ? null : await this.queue.client.hget(this.queue.toKey(id), 'timestamp');
    return addedAt === null ? 0 : (Date.now() - Number(addedAt)) / 1_000;
  }
}
