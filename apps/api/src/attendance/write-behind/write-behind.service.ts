import { Inject, Injectable } from '@nestjs/common';
import { busy } from '../../infrastructure/http/api-error.ts';
import { within } from '../../infrastructure/database/failures.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import type { AttendanceJobs, JobName, RowOf, Written } from '../records/attendance-rows.ts';
import { Batcher, type Accepted } from './batcher.ts';
import { QueueClient, QueueUnavailable } from './queue-client.ts';
import { Committer } from './committer.ts';
import { batchIntervals } from '../records/batch-intervals.ts';

/** Rows that requests wait for, in this process. More of them, and it says that it is busy. */
const mostWaiting = 50_000;
const directMilliseconds = 2_000;

type EventWriters = { [N in JobName]: Batcher<RowOf<N>, Written> };

/** Every write of attendance: coalesced by event, through the queue, or straight to the database when there is none. */
@Injectable()
export class WriteBehind {
  private readonly writers = new Map<number, EventWriters>();
  private readonly window: number;
  private waiting = 0;

  constructor(
    private readonly queue: QueueClient,
    private readonly committer: Committer,
    private readonly metrics: AttendanceMetrics,
    @Inject(ENV) env: Env,
  ) {
    this.window = batchIntervals(env).writeMilliseconds;
  }

  /**
   * @returns what became of each row, or `queued`: accepted and durable
   * @throws ApiError BUSY: nothing is promised. The page asks again, and if this did become rows, finds them.
   */
  async write<N extends JobName>(name: N, eventId: number, rows: RowOf<N>[]): Promise<Written[] | Accepted> {
    if (this.waiting + rows.length > mostWaiting || this.queue.isFull) throw busy();
    this.waiting += rows.length;
    try {
      return await this.of(eventId)[name].write(rows);
    } finally {
      this.waiting -= rows.length;
    }
  }

  private of(eventId: number): EventWriters {
    let writers = this.writers.get(eventId);
    if (!writers) {
      writers = {
        'check-in': new Batcher(this.window, (rows) => this.send('check-in', { eventId, rows })),
        'check-out': new Batcher(this.window, (rows) => this.send('check-out', { eventId, rows, tries: 0 })),
      };
      this.writers.set(eventId, writers);
    }
    return writers;
  }

  private async send<N extends JobName>(name: N, job: AttendanceJobs[N]): Promise<Written[] | Accepted> {
    this.metrics.batchRows.observe(job.rows.length);
    try {
      return await this.queue.send(name, job);
    } catch (error) {
      if (!(error instanceof QueueUnavailable)) throw error;
      return this.direct(name, job);
    }
  }

  /** Without the queue the same batch goes through the same repository, here. */
  private async direct<N extends JobName>(name: N, job: AttendanceJobs[N]): Promise<Written[]> {
    const written = await within(directMilliseconds, this.committer.commit(name, job, 'impatient')).catch(() => null);
    // Its check-in is in a queue that can’t be reached: nothing can keep the check-out either.
    if (!written || written.includes('awaited')) throw busy();
    return written;
  }
}
