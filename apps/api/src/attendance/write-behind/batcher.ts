import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { passesByItself, within } from '../../infrastructure/database/failures.ts';
import { ApiError, busy } from '../../infrastructure/http/api-error.ts';
import { currentTrace, linkTrace, traced } from '../../infrastructure/observability/tracing.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { batchIntervals } from '../records/batch-intervals.ts';
import type { Act, Batch, Outcome, RowOf } from './batch.ts';
import { Committer } from './committer.ts';
import { Gathering } from './gathering.ts';
import { stepOf } from './job.ts';
import { QueueClient, QueueUnavailable } from './queue-client.ts';

/** Rows that requests wait for, in this process. More of them, and it says that it is busy. */
const mostWaiting = 50_000;
/** Of those, the rows of one student: a check-out of everybody one may have brought, and once more. */
const mostWaitingOfOne = 2_000;
/** How long a request waits for the database when there is no queue. */
const directMilliseconds = 2_000;
const idleMilliseconds = 60_000;

/**
 * `direct`: there was no queue that could keep what is pending. `trace`: the batch is a step of one request’s trace, and
 * the others are linked with it.
 */
type Delivered = Outcome & { direct: boolean; trace?: string | undefined };

/**
 * Where every write of attendance begins: rows are gathered by event and act into batches. A batch goes through the
 * queue, or without one straight to the committer.
 */
@Injectable()
export class Batcher {
  private readonly gatherings = new Map<string, Gathering<RowOf<Act>, Delivered>>();
  private readonly windows: Record<Act, number>;
  private readonly waitingOf = new Map<number, number>();
  private waiting = 0;

  constructor(
    private readonly queue: QueueClient,
    private readonly committer: Committer,
    private readonly metrics: AttendanceMetrics,
    private readonly clock: Clock,
    @Inject(ENV) env: Env,
  ) {
    const { checkInMilliseconds, checkOutMilliseconds } = batchIntervals(env);
    this.windows = { 'check-in': checkInMilliseconds, 'check-out': checkOutMilliseconds };
  }

  /**
   * @param rows of one sender
   * @returns what became of each row, or `queued`: accepted and durable
   * @throws ApiError BUSY: nothing is promised. The page asks again, and if this did become rows, finds them.
   * @throws ApiError TOO_MANY_REQUESTS when this sender has too many rows under way
   */
  async write<A extends Act>(act: A, eventId: number, rows: RowOf<A>[]): Promise<Outcome> {
    const sender = rows[0]?.byId ?? 0;
    const sendersRows = (this.waitingOf.get(sender) ?? 0) + rows.length;
    if (sendersRows > mostWaitingOfOne) throw new ApiError('TOO_MANY_REQUESTS', undefined, 2);
    if (this.waiting + rows.length > mostWaiting || this.queue.isFull(rows.length)) throw busy();
    this.waiting += rows.length;
    this.waitingOf.set(sender, sendersRows);
    try {
      const { sent, from } = await this.gathering(act, eventId).add(rows);
      linkTrace(sent.trace);
      if (sent.kind === 'queued') return sent;
      const results = sent.results.slice(from, from + rows.length);
      // Their check-in is in a queue that cannot be reached, and nothing can keep the check-out until it comes.
      if (sent.direct && results.some(({ kind }) => kind === 'pending')) throw busy();
      return { kind: 'written', results };
    } finally {
      this.waiting -= rows.length;
      const left = (this.waitingOf.get(sender) ?? 0) - rows.length;
      if (left > 0) this.waitingOf.set(sender, left);
      else this.waitingOf.delete(sender);
    }
  }

  /** Events and acts that are written at the moment, or were a minute ago. */
  get size(): number {
    return this.gatherings.size;
  }

  /** Events that are over leave nothing behind. */
  @Periodic(idleMilliseconds)
  forgetIdle(): void {
    const before = this.clock.monotonic() - idleMilliseconds;
    for (const [key, gathering] of this.gatherings)
      if (gathering.isIdle && gathering.lastLeftAt < before) this.gatherings.delete(key);
  }

  private gathering(act: Act, eventId: number): Gathering<RowOf<Act>, Delivered> {
    const key = `${act}:${eventId}`;
    let found = this.gatherings.get(key);
    if (!found) {
      const send = (rows: RowOf<Act>[]) => this.deliver({ act, eventId, rows });
      found = new Gathering(this.windows[act], send, () => this.queue.isLate);
      this.gatherings.set(key, found);
    }
    return found;
  }

  private async deliver(batch: Batch): Promise<Delivered> {
    this.metrics.batchRows.observe(batch.rows.length);
    try {
      return await traced(stepOf('queue', batch.act, batch), async () => {
        const trace = currentTrace();
        return { ...(await this.queue.send(batch)), direct: false, trace };
      });
    } catch (error) {
      if (!(error instanceof QueueUnavailable)) throw error;
      return this.direct(batch);
    }
  }

  private async direct(batch: Batch): Promise<Delivered> {
    try {
      const results = await within(directMilliseconds, this.committer.commit(batch, directMilliseconds));
      return { kind: 'written', results, direct: true };
    } catch (error) {
      if (passesByItself(error)) throw busy();
      throw error;
    }
  }
}
