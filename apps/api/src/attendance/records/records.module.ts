import { Module } from '@nestjs/common';
import { AttendanceErasure } from './attendance-erasure.repository.ts';
import { AttendanceReader } from './attendance-reader.ts';
import { AttendanceRepository } from './attendance.repository.ts';
import { CorrectionWrites } from './correction-writes.repository.ts';
import { EventRosterRepository } from './event-roster.repository.ts';
import { Receipt } from './receipt.ts';
import { ReportReads } from './report-reads.repository.ts';
import { Revocations } from './revocations.ts';

const provided = [
  AttendanceErasure,
  AttendanceReader,
  AttendanceRepository,
  CorrectionWrites,
  EventRosterRepository,
  Receipt,
  ReportReads,
  Revocations,
];

/** Attendances, their counters, and what is kept in memory about them. */
@Module({ providers: provided, exports: provided })
export class RecordsModule {}
