import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { PacketPool } from '../../infrastructure/database/packet-pool.ts';
import { AttendanceMetrics } from './attendance-metrics.ts';
import { BatchWrites } from '../records/batch-writes.repository.ts';
import { BatchReplies } from './batch-replies.ts';
import { Committer } from './committer.ts';
import { attendanceQueue } from './job.ts';
import { QueueMetrics } from './queue-metrics.ts';

const queue = BullModule.registerQueue({
  name: attendanceQueue,
  defaultJobOptions: {
    // A batch is given back by a worker that shuts down, or tried again later; neither may ever be the last attempt.
    attempts: 1_000_000,
    backoff: { type: 'capped' },
    removeOnComplete: true,
    stackTraceLimit: 1,
  },
});

/** What brings a batch into the database: the worker's whole task, and the API's way when there is no queue. */
@Module({
  imports: [queue],
  providers: [
    { provide: PacketPool, useFactory: (env: Env) => new PacketPool(env.DATABASE_URL), inject: [ENV] },
    AttendanceMetrics,
    BatchWrites,
    BatchReplies,
    Committer,
    QueueMetrics,
  ],
  exports: [queue, AttendanceMetrics, BatchReplies, Committer],
})
export class CommitModule {}
