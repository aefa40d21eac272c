import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { attendanceQueue } from '../records/attendance-rows.ts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { Committer } from './committer.ts';

const queue = BullModule.registerQueue({
  name: attendanceQueue,
  defaultJobOptions: {
    // Only a worker that is shutting down gives a batch back, and it must never be the last to have tried.
    attempts: 1_000_000,
    removeOnComplete: true,
  },
});

/** What brings a batch into the database: the worker’s whole task, and the API’s way when there is no queue. */
@Module({
  imports: [queue],
  providers: [AttendanceMetrics, AttendanceRepository, Committer],
  exports: [queue, AttendanceMetrics, AttendanceRepository, Committer],
})
export class WriteBehindModule {}
