import { InjectQueue } from '@nestjs/bull';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bull';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import { attendanceQueue, type AttendanceJobs, type JobName, type Written } from '../records/attendance-rows.ts';
import type { Accepted } from './batcher.ts';

/** As long as a student is kept waiting for the database. */
const deadlineMilliseconds = 2_000;
/** After the queue refused a batch it is left alone for a moment. */
const pauseMilliseconds = 500;
/** Batches that this process has queued and not seen committed. More of them, and it says that it is busy. */
const mostOutstanding = 20_000;
/** The news of a commit is delivered at most once; a batch not heard of for so long is no longer counted. */
const forgottenAfterMilliseconds = 15 * 60_000;

interface Outstanding {
  since: number;
  answer: (written: Written[] | Accepted) => void;
}

/** The queue took no batch: it is down, or full. Nothing was accepted. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** Hands batches to the worker through Bull, and waits for their commit. */
@Injectable()
export class QueueClient implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(QueueClient.name);
  private readonly outstanding = new Map<string, Outstanding>();
  private sequence = 0;
  private pausedUntil = 0;
  /** Commits are known to be late: a batch is answered as soon as it is durable, without waiting out the deadline. */
  private late = false;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    @InjectQueue(attendanceQueue) private readonly queue: Queue,
    @Inject(ENV) private readonly env: Env,
    private readonly metrics: AttendanceMetrics,
  ) {}

  onModuleInit(): void {
    // One listener for the whole process: a listener per job loses the race against a fast job.
    this.queue.on('global:completed', (jobId: string, result: string) => this.settle(jobId, result));
    this.queue.on('global:failed', (jobId: string, reason: string) => {
      if (this.outstanding.has(jobId)) this.logger.error(`batch ${jobId} failed: ${reason}`);
    });
    this.queue.on('error', () => undefined);
    this.sweep = setInterval(() => this.forget(), 60_000);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweep);
    const until = Date.now() + deadlineMilliseconds;
    while (!this.late && this.outstanding.size > 0 && Date.now() < until)
      await new Promise((again) => setTimeout(again, 20));
  }

  get isFull(): boolean {
    return this.outstanding.size >= mostOutstanding;
  }

  /**
   * What became of each row; `queued` when the batch is durable and its commit is late.
   * @throws QueueUnavailable
   */
  async send<N extends JobName>(name: N, job: AttendanceJobs[N]): Promise<Written[] | Accepted> {
    if (Date.now() < this.pausedUntil) throw new QueueUnavailable();
    const jobId = `${this.env.processId}-${++this.sequence}`;
    const { promise, resolve } = Promise.withResolvers<Written[] | Accepted>();
    // Before the job is added: a fast worker is done before `add` returns.
    const since = Date.now();
    this.outstanding.set(jobId, { since, answer: resolve });
    await this.add(name, job, jobId);
    if (this.late) return 'queued';
    const deadline = setTimeout(
      () => {
        this.late = true;
        resolve('queued');
      },
      since + deadlineMilliseconds - Date.now(),
    );
    return promise.finally(() => clearTimeout(deadline));
  }

  private async add<N extends JobName>(name: N, job: AttendanceJobs[N], jobId: string): Promise<void> {
    try {
      const added = await this.queue.add(name, job, { jobId });
      // After a lost script cache Bull resolves without having queued anything.
      if (String(added.id) !== jobId) throw new QueueUnavailable();
    } catch (error) {
      this.outstanding.delete(jobId);
      this.pausedUntil = Date.now() + pauseMilliseconds;
      throw new QueueUnavailable(undefined, { cause: error });
    }
  }

  private settle(jobId: string, result: string): void {
    const found = this.outstanding.get(jobId);
    if (!found) return;
    this.outstanding.delete(jobId);
    const took = Date.now() - found.since;
    this.late = took > deadlineMilliseconds;
    this.metrics.commitSeconds.observe(took / 1000);
    found.answer(JSON.parse(result) as Written[]);
  }

  private forget(): void {
    const before = Date.now() - forgottenAfterMilliseconds;
    for (const [jobId, { since }] of this.outstanding) if (since < before) this.outstanding.delete(jobId);
  }
}
