import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { isContention, isFaultyRow } from '../../infrastructure/database/failures.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import type { AttendanceJobs, JobName, RowOf, Written } from '../records/attendance-rows.ts';
import { attendanceCommitted, type AttendanceWritten } from '../records/attendance-signals.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';

/** `patient` waits for a database that is away; `impatient` throws. */
export type Patience = 'patient' | 'impatient';

/** Brings a batch into the database, whatever happens on the way, and tells everybody. Used by worker and API alike. */
@Injectable()
export class Committer implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Committer.name);
  private stopping = false;

  constructor(
    private readonly repository: AttendanceRepository,
    private readonly signals: SignalBus,
    private readonly metrics: AttendanceMetrics,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopWaiting();
  }

  /** From now on a database that is away is waited for no longer, however patient. */
  stopWaiting(): void {
    this.stopping = true;
  }

  /** What became of each row, in the order of the rows. */
  async commit<N extends JobName>(name: N, job: AttendanceJobs[N], patience: Patience): Promise<Written[]> {
    const written = await this.write(name, job.eventId, job.rows, patience);
    this.announce(name, job, written);
    return written;
  }

  /** A faulty row fails its whole statement: halving finds it, and the others of its batch go through. */
  private async write<N extends JobName>(
    name: N,
    eventId: number,
    rows: RowOf<N>[],
    patience: Patience,
  ): Promise<Written[]> {
    try {
      return await this.persist(name, eventId, rows, patience);
    } catch (error) {
      if (!isFaultyRow(error)) throw error;
      if (rows.length > 1) {
        const middle = rows.length >> 1;
        return [
          ...(await this.write(name, eventId, rows.slice(0, middle), patience)),
          ...(await this.write(name, eventId, rows.slice(middle), patience)),
        ];
      }
      this.metrics.faultyRows.inc();
      this.logger.error(`refused for good: ${name} ${JSON.stringify({ eventId, row: rows[0] })}: ${String(error)}`);
      return [null];
    }
  }

  private async persist<N extends JobName>(
    name: N,
    eventId: number,
    rows: RowOf<N>[],
    patience: Patience,
  ): Promise<Written[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return name === 'check-in'
          ? await this.repository.checkIn(eventId, rows as RowOf<'check-in'>[])
          : await this.repository.checkOut(eventId, rows as RowOf<'check-out'>[]);
      } catch (error) {
        if (isFaultyRow(error)) throw error;
        const again = (isContention(error) && attempt < 10) || (patience === 'patient' && !this.stopping);
        if (!again) throw error;
        if (attempt % 20 === 1) this.logger.warn(`the database is late: ${String(error)}`);
        await sleep(isContention(error) ? 5 * attempt : 250);
      }
    }
  }

  private announce<N extends JobName>(name: N, job: AttendanceJobs[N], written: Written[]): void {
    const brought: AttendanceWritten[] = [];
    job.rows.forEach(([userId, byId, at], index) => {
      const row = written[index];
      if (!Array.isArray(row) || userId === byId) return;
      const [checkedInAt, checkedInBy, checkedOutAt, checkedOutBy] = row;
      const mine =
        name === 'check-in' ? checkedInBy === byId && checkedInAt === at : checkedOutBy === byId && checkedOutAt === at;
      if (mine) brought.push({ userId, checkedInAt, checkedInBy, checkedOutAt, checkedOutBy });
    });
    this.signals.publish(attendanceCommitted, { eventId: job.eventId, brought });
  }
}
