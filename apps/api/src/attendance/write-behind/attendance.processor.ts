import { InjectQueue, Process, Processor } from '@nestjs/bull';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { attendanceQueue, type AttendanceJobs, type JobName, type Written } from '../records/attendance-rows.ts';
import { Committer } from './committer.ts';

/** How often a check-out looks again, once a second, for a check-in that was promised and is not there. */
const triesForAwaited = 900;

/** The worker: takes batches from the queue and brings them into the database. */
@Processor(attendanceQueue)
export class AttendanceProcessor implements BeforeApplicationShutdown {
  constructor(
    private readonly committer: Committer,
    @InjectQueue(attendanceQueue) private readonly queue: Queue,
  ) {}

  /** Waits for the batches at work. Those still queued stay there for another worker, or for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    // First: Nest asks module after module, and a batch that waits for the database would keep it waiting here.
    this.committer.stopWaiting();
    await this.queue.pause(true);
  }

  @Process({ name: '*', concurrency: 4 })
  async process(job: Job): Promise<Written[]> {
    const name = job.name as JobName;
    switch (name) {
      case 'check-in':
        return this.committer.commit(name, job.data as AttendanceJobs['check-in'], 'patient');
      case 'check-out':
        return this.checkOut(job.data as AttendanceJobs['check-out']);
      default:
        throw new Error(`no such job: ${String(name satisfies never)}`);
    }
  }

  /** Rows whose check-in is still on its way are put off, so that they hold nobody up. */
  private async checkOut(job: AttendanceJobs['check-out']): Promise<Written[]> {
    const written = await this.committer.commit('check-out', job, 'patient');
    const awaited = job.rows.filter((_, index) => written[index] === 'awaited');
    if (awaited.length > 0 && job.tries < triesForAwaited) {
      const later: AttendanceJobs['check-out'] = { eventId: job.eventId, rows: awaited, tries: job.tries + 1 };
      await this.queue.add('check-out' satisfies JobName, later, { delay: 1_000 });
    }
    return written;
  }
}
