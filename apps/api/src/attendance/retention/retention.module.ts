import { Module } from '@nestjs/common';
import { DailyTasks } from '../../infrastructure/scheduling/daily-tasks.repository.ts';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ErasureController } from './erasure.controller.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { ErasureService } from './erasure.service.ts';
import { RetentionService } from './retention.service.ts';
import { StudentRecordRepository } from './student-record.repository.ts';
import { StudentRecordsService } from './student-records.service.ts';

/** What is removed, on request or by age, and what is told of a student who asks. */
@Module({
  imports: [AuditModule, RecordsModule, StreamModule, UsersModule],
  controllers: [ErasureController],
  providers: [
    DailyTasks,
    ErasureRepository,
    ErasureService,
    RetentionService,
    StudentRecordRepository,
    StudentRecordsService,
  ],
})
export class RetentionModule {}
