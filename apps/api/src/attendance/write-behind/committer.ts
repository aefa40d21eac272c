import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { failureOf } from '../../infrastructure/database/failures.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { attendanceCommitted, type AttendanceWritten } from '../records/attendance-signals.ts';
import type { CheckIn, CheckOut, Refusal, WriteResult } from '../records/attendance.ts';
import { BatchWrites } from '../records/batch-writes.repository.ts';
import type { Batch } from './batch.ts';

const longestPauseMilliseconds = 1_000;

/**
 * Brings a batch into the database and announces it. Used by the worker, and by an API process without a queue. A
 * failure that passes is waited for, a faulty row is refused alone, anything else is thrown.
 */
@Injectable()
export class Committer implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Committer.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly repository: BatchWrites,
    private readonly signals: SignalBus,
    private readonly metrics: AttendanceMetrics,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopWaiting();
  }

  /** From now on no failure is waited for. */
  stopWaiting(): void {
    this.stopping.abort();
  }

  /**
   * @param milliseconds how long failures that pass by themselves are waited for; Infinity: until the process stops
   * @returns what became of each row, in the order of the rows
   * @throws what the database threw last, if it does not concern one row
   */
  async commit(batch: Batch, milliseconds: number): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    const all = batch.rows.map((_, index) => index);
    await this.write(batch, all, performance.now() + milliseconds, results);
    this.announce(batch, results);
    return results;
  }

  /** A faulty row fails its whole statement. Halving finds it, and the other rows of the batch are written. */
  private async write(batch: Batch, indices: readonly number[], until: number, results: WriteResult[]): Promise<void> {
    try {
      const written = await this.persist(batch, indices, until);
      indices.forEach(
        (index, position) => (results[index] = written[position] ?? { kind: 'refused', reason: 'invalid' }),
      );
    } catch (error) {
      if (failureOf(error) !== 'faulty-row') throw error;
      const reason = refusalOf(error);
      const [only, ...others] = indices;
      if (reason === 'no-such-event' || others.length === 0) {
        for (const index of indices) results[index] = { kind: 'refused', reason };
        this.metrics.faultyRows.inc(indices.length);
        const row = only === undefined ? undefined : batch.rows[only];
        this.logger.error(
          `refused for good (${reason}): ${batch.act} of event ${batch.eventId}, ${indices.length} rows from ${JSON.stringify(row)}: ${String(error)}`,
        );
        return;
      }
      await this.writeInParts(batch, indices, until, results);
    }
  }

  /** Rows of one sender stay together: their own row decides whether those of their classmates are written. */
  private async writeInParts(
    batch: Batch,
    indices: readonly number[],
    until: number,
    results: WriteResult[],
  ): Promise<void> {
    const senderOf = (index: number) => batch.rows[index]?.byId;
    const isOwn = (index: number) => batch.rows[index]?.userId === senderOf(index);
    const senders = [...new Set(indices.map(senderOf))];
    if (senders.length > 1) {
      const firstHalf = new Set(senders.slice(0, senders.length >> 1));
      const { first = [], second = [] } = Object.groupBy(indices, (index) =>
        firstHalf.has(senderOf(index)) ? 'first' : 'second',
      );
      await this.write(batch, first, until, results);
      await this.write(batch, second, until, results);
      return;
    }
    const { own = [], others = [] } = Object.groupBy(indices, (index) => (isOwn(index) ? 'own' : 'others'));
    if (batch.act === 'check-in' && own.length > 0 && others.length > 0) {
      await this.write(batch, own, until, results);
      if (own.every((index) => results[index]?.kind === 'stored')) await this.write(batch, others, until, results);
      else for (const index of others) results[index] = { kind: 'refused', reason: 'sender' };
      return;
    }
    const middle = indices.length >> 1;
    await this.write(batch, indices.slice(0, middle), until, results);
    await this.write(batch, indices.slice(middle), until, results);
  }

  private async persist(
    { act, eventId, rows }: Batch,
    indices: readonly number[],
    until: number,
  ): Promise<WriteResult[]> {
    const part = indices.map((index) => rows[index]);
    for (let attempt = 1; ; attempt++) {
      try {
        return act === 'check-in'
          ? await this.repository.checkIn(eventId, part as CheckIn[])
          : await this.repository.checkOut(eventId, part as CheckOut[]);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'faulty-row' || failure === 'permanent') throw error;
        const pause = failure === 'contention' ? 5 * attempt : 50 * 2 ** Math.min(attempt - 1, 8);
        const wait = Math.min(pause, longestPauseMilliseconds);
        if (this.stopping.signal.aborted || performance.now() + wait > until) throw error;
        if (attempt % 20 === 1) this.logger.warn(`the database is late: ${String(error)}`);
        await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private announce({ act, eventId, rows }: Batch, results: readonly WriteResult[]): void {
    const brought: AttendanceWritten[] = [];
    const own: AttendanceWritten[] = [];
    rows.forEach(({ userId, byId, at }, index) => {
      const result = results[index];
      if (result?.kind !== 'stored') return;
      const { row } = result;
      const byThisRequest =
        act === 'check-in'
          ? row.checkedInBy === byId && row.checkedInAt === at
          : row.checkedOutBy === byId && row.checkedOutAt === at;
      if (byThisRequest) (userId === byId ? own : brought).push(row);
    });
    if (results.some(({ kind }) => kind === 'stored'))
      this.signals.publish(attendanceCommitted, { eventId, brought, own });
  }
}

/** Which foreign key failed is said by its name in the message alone. */
function refusalOf(error: unknown): Refusal {
  const { errno, message } = error as { errno?: number; message?: string };
  if (errno !== 1452) return 'invalid';
  return /`(attendances|live_event_counters)_event`/.test(message ?? '') ? 'no-such-event' : 'no-such-student';
}
