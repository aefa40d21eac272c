import { Module } from '@nestjs/common';
import { AttendanceReader } from './attendance-reader.ts';
import { AttendanceRepository } from './attendance.repository.ts';
import { CorrectionWrites } from './correction-writes.repository.ts';
import { EventRosterRepository } from './event-roster.repository.ts';
import { Receipt } from './receipt.ts';
import { Revocations } from './revocations.ts';

/** Attendances, their counters, and what is kept in memory about them. */
@Module({
  providers: [AttendanceReader, AttendanceRepository, CorrectionWrites, EventRosterRepository, Receipt, Revocations],
  exports: [AttendanceReader, AttendanceRepository, CorrectionWrites, EventRosterRepository, Receipt, Revocations],
})
export class RecordsModule {}
