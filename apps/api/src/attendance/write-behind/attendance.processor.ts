import { InjectQueue, Process, Processor } from '@nestjs/bull';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { passesByItself, within } from '../../infrastructure/database/failures.ts';
import { duringRequest } from '../../infrastructure/observability/request-context.ts';
import { traced } from '../../infrastructure/observability/tracing.ts';
import { GivenUpRepository } from '../audit/given-up.repository.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import type { CheckOut, WriteResult } from '../records/attendance.ts';
import { BatchReplies } from './batch-replies.ts';
import { Committer } from './committer.ts';
import { attendanceQueue, isAct, packBatch, packResults, stepOf, unpackBatch, type BatchJob } from './job.ts';

/**
 * How often a check-out looks for a check-in that was promised and is missing, with pauses of 1, 2, 4 … 60 s: some five
 * minutes. The queue is first in, first out, so only a check-in that is being retried can come after its check-out.
 */
export const triesForPending = 10;

/** For batches at work at a shutdown: what a packet may take, and Redis after it. */
const finishWithinMilliseconds = 5_000;

/** The job is tried again after a pause; Bull knows no other way to say so. */
class TryLater extends Error {
  override readonly name = 'TryLater';
}

/** The worker: takes batches from the queue, has them committed, and replies to the process that sent them. */
@Processor(attendanceQueue)
export class AttendanceProcessor implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AttendanceProcessor.name);

  constructor(
    private readonly committer: Committer,
    private readonly replies: BatchReplies,
    private readonly metrics: AttendanceMetrics,
    private readonly givenUp: GivenUpRepository,
    @InjectQueue(attendanceQueue) private readonly queue: Queue,
  ) {}

  /** Waits for the batches at work. Those still queued stay there for another worker, or for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    // First: Nest asks module after module, and a batch that waits for the database would keep it waiting here.
    this.committer.stopWaiting();
    try {
      await within(finishWithinMilliseconds, this.queue.pause(true));
    } catch (error) {
      this.logger.warn(`batches at work are left to another worker, or to the next start: ${String(error)}`);
      // Without this Nest would wait for them once more.
      void this.queue.close(true);
    }
  }

  /** One handler for all names: the concurrency of several would add up. */
  @Process({ name: '*', concurrency: 4 })
  async process(job: Job<BatchJob>): Promise<void> {
    try {
      const step = { ...stepOf('worker', job.name, job.data), from: job.data.trace };
      await duringRequest(job.data.requestId, () => traced(step, () => this.run(job)));
    } catch (error) {
      if (!(error instanceof TryLater) && !passesByItself(error)) await this.putAside(job, error);
      throw error;
    }
  }

  private async run(job: Job<BatchJob>): Promise<void> {
    if (!isAct(job.name)) throw new Error(`no such job: ${job.name}`);
    const batch = unpackBatch(job.name, job.data);
    const begunAt = performance.now();
    const results = await this.committer.commit(batch, Infinity);
    if (job.data.requestId !== undefined)
      this.logger.log({
        batch: job.id,
        act: batch.act,
        eventId: batch.eventId,
        rows: batch.rows.length,
        milliseconds: Math.round(performance.now() - begunAt),
      });
    const pending = batch.rows.filter((_, index) => results[index]?.kind === 'pending') as CheckOut[];
    const final = pending.length === 0 || job.data.tries >= triesForPending;
    // Before the reply: nobody keeps the batch after it.
    if (final && pending.length > 0) await this.givenUp.add(String(job.id), batch.eventId, pending);
    this.reply(job, results, final);
    if (pending.length === 0) return;
    if (final) {
      this.metrics.checkOutsGivenUp.inc(pending.length);
      this.logger.error(
        `given up: check-outs of event ${batch.eventId} without a check-in: ${JSON.stringify(pending)}`,
      );
      return;
    }
    const { replyTo, tries } = job.data;
    await job.update({ ...job.data, ...packBatch({ ...batch, rows: pending }, replyTo, tries + 1) });
    throw new TryLater(`${pending.length} rows wait for their check-in`);
  }

  private reply(job: Job<BatchJob>, results: WriteResult[], final: boolean): void {
    // A repeat of what was pending has fewer rows than the batch that its sender knows: only the end matters there.
    const packed = job.data.tries === 0 ? packResults(results) : [];
    this.replies.send(job.data.replyTo, { id: String(job.id), kind: 'written', results: packed, final });
  }

  /** What can never succeed leaves the queue, is counted and logged, and stays in Bull's list of failed jobs. */
  private async putAside(job: Job<BatchJob>, error: unknown): Promise<void> {
    this.metrics.jobsPutAside.inc();
    this.logger.error(
      `job ${job.id} (${job.name}) is put aside: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    );
    await job.discard();
    const { replyTo } = job.data as Partial<BatchJob>;
    if (replyTo) this.replies.send(replyTo, { id: String(job.id), kind: 'put-aside' });
  }
}
