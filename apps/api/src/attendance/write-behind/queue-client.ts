import { InjectQueue } from '@nestjs/bull';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bull';
import { Clock } from '../../infrastructure/clock.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { currentRequestId } from '../../infrastructure/observability/request-context.ts';
import { currentTrace } from '../../infrastructure/observability/tracing.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { BatchReplies } from './batch-replies.ts';
import type { Batch, Outcome } from './batch.ts';
import { attendanceQueue, packBatch, unpackResults, type BatchJob, type BatchReply } from './job.ts';
import { KeptBatches, type KeptBatch } from './kept-batches.ts';
import { Lateness } from './lateness.ts';

/** As long as a student is kept waiting for the database. */
export const deadlineMilliseconds = 2_000;
/** After the queue has refused a batch none is offered to it for so long. */
const pauseMilliseconds = 500;
/** Nothing heard for so long: the queue is asked whether it still has the batch; then again after as long. */
const lookAfterMilliseconds = 2_000;
const longestLookPauseMilliseconds = 30_000;
const asksPerRoundTrip = 1_000;
/** Batches in Redis, of all processes. */
const mostQueued = 50_000;

/** The queue took no batch: it is down, or full. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** A worker has put the batch aside: it can never be written as it is. */
export class BatchPutAside extends Error {
  override readonly name = 'BatchPutAside';
}

/** Hands batches to the worker through Bull, keeps them until their commit is known, and sends again what was lost. */
@Injectable()
export class QueueClient implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(QueueClient.name);
  private readonly kept = new KeptBatches();
  private readonly lateness = new Lateness(deadlineMilliseconds);
  private sequence = 0;
  private pausedUntil = -Infinity;
  private queued = 0;

  constructor(
    @InjectQueue(attendanceQueue) private readonly queue: Queue,
    private readonly replies: BatchReplies,
    private readonly metrics: AttendanceMetrics,
    private readonly clock: Clock,
    @Inject(ENV) private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.replies.listen((reply) => this.take(reply));
    this.queue.on('error', () => undefined);
    // Redis may have restarted, or another one answers now: everything is looked for at once.
    this.queue.client.on('ready', () => {
      this.pausedUntil = -Infinity;
      for (const one of this.kept.all()) one.lookedAt = -Infinity;
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    const until = this.clock.monotonic() + deadlineMilliseconds;
    while (!this.isLate && this.kept.size > 0 && this.clock.monotonic() < until)
      await new Promise((again) => setTimeout(again, 20));
  }

  get isLate(): boolean {
    return this.lateness.isLate;
  }

  /** No more is promised: too much is on its way already. */
  isFull(rows: number): boolean {
    return !this.kept.hasRoom(rows) || this.queued >= mostQueued;
  }

  /**
   * What became of each row; `queued` when the batch is durable and its commit is late.
   * @throws QueueUnavailable when nothing was promised. After a time-out the job may be in the queue all the same:
   * the same rows once more change nothing.
   * @throws BatchPutAside
   */
  async send(batch: Batch): Promise<Outcome> {
    const now = this.clock.monotonic();
    if (now < this.pausedUntil) throw new QueueUnavailable();
    const id = `${this.env.processId}-${++this.sequence}`;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    // Kept before the job is added: a fast worker replies before `add` returns.
    promise.catch(() => undefined);
    this.kept.keep({ id, batch, sentAt: now, lookedAt: now, answer: resolve, fail: reject });
    try {
      await this.add(id, batch);
    } catch (error) {
      this.kept.release(id);
      this.pausedUntil = this.clock.monotonic() + pauseMilliseconds;
      throw new QueueUnavailable(undefined, { cause: error });
    }
    if (this.isLate) return { kind: 'queued' };
    const deadline = setTimeout(
      () => void this.answerLate(id),
      Math.max(0, now + deadlineMilliseconds - this.clock.monotonic()),
    );
    return promise.finally(() => clearTimeout(deadline));
  }

  /**
   * Looks for what was promised and not heard of: a batch that the queue has lost is sent again, the same rows under
   * the same id. Also finds that commits are in time again while nobody checks in.
   */
  @Periodic(1_000)
  async look(): Promise<void> {
    const now = this.clock.monotonic();
    const due = [...this.kept.all()].filter(({ sentAt, lookedAt }) => {
      const pause = Math.min(Math.max(lookAfterMilliseconds, (now - sentAt) / 4), longestLookPauseMilliseconds);
      return now - lookedAt >= pause;
    });
    try {
      if (this.kept.size > 0 || this.queued > 0) this.queued = await this.queue.getWaitingCount();
      for (let from = 0; from < due.length; from += asksPerRoundTrip)
        await this.lookFor(due.slice(from, from + asksPerRoundTrip), now);
    } catch {
      // Redis is away. Whatever it has lost is found when it is back.
    }
    const overdue = [...this.kept.all()].some(({ sentAt }) => now - sentAt > deadlineMilliseconds);
    if (!overdue) this.lateness.nothingOverdue();
  }

  private async lookFor(batches: readonly KeptBatch[], now: number): Promise<void> {
    const there = await this.areQueued(batches);
    for (const [index, one] of batches.entries()) {
      one.lookedAt = now;
      // It may have been committed and its reply lost, or the queue has lost it: the same rows again are right for both.
      if (!there[index] && this.kept.get(one.id)) await this.add(one.id, one.batch);
    }
  }

  private async areQueued(batches: readonly KeptBatch[]): Promise<boolean[]> {
    const asking = this.queue.client.pipeline();
    for (const { id } of batches) asking.exists(this.queue.toKey(id));
    const answers = (await asking.exec()) ?? [];
    return batches.map((_, index) => {
      const [error, found] = answers[index] ?? [new QueueUnavailable()];
      if (error) throw error;
      return found === 1;
    });
  }

  /** A lost reply is not a late database: before it is `queued`, the batch is looked for. */
  private async answerLate(id: string): Promise<void> {
    const kept = this.kept.get(id);
    if (!kept) return;
    const [queued] = await this.areQueued([kept]).catch(() => [true]);
    if (queued) {
      this.lateness.missed(kept.sentAt);
      kept.answer({ kind: 'queued' });
      return;
    }
    kept.lookedAt = this.clock.monotonic();
    const again = setTimeout(() => kept.answer({ kind: 'queued' }), pauseMilliseconds);
    // The worker answers with what stands; nothing is written twice.
    await this.add(id, kept.batch).catch(() => undefined);
    again.unref();
  }

  private async add(id: string, batch: Batch): Promise<void> {
    // In JSON what is undefined is left out.
    const origin: Partial<BatchJob> = { requestId: currentRequestId(), trace: currentTrace() };
    const job = { ...packBatch(batch, this.env.processId), ...origin };
    const added = await this.queue.add(batch.act, job, { jobId: id });
    // After a lost script cache Bull resolves without having queued anything.
    if (String(added.id) !== id) throw new QueueUnavailable();
  }

  private take(reply: BatchReply): void {
    const kept = this.kept.get(reply.id);
    if (!kept) return;
    if (reply.kind === 'put-aside') {
      this.kept.release(reply.id);
      this.logger.error(`batch ${reply.id} was put aside by a worker`);
      kept.fail(new BatchPutAside());
      return;
    }
    const now = this.clock.monotonic();
    if (reply.results.length > 0) {
      this.lateness.committed(kept.sentAt, now);
      this.metrics.commitSeconds.observe((now - kept.sentAt) / 1000);
      kept.answer({ kind: 'written', results: unpackResults(kept.batch, reply.results) });
    }
    if (reply.final) this.kept.release(reply.id);
  }
}
