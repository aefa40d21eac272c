import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ViewsModule } from '../views/views.module.ts';
import { WriteBehindModule } from '../write-behind/write-behind.module.ts';
import { CheckInAnswers } from './check-in-answers.ts';
import { CheckInController } from './check-in.controller.ts';
import { CheckInRules } from './check-in-rules.ts';
import { CheckInService } from './check-in.service.ts';
import { DigitChecksService } from './digit-checks.service.ts';

@Module({
  imports: [AuditModule, RecordsModule, StreamModule, UsersModule, ViewsModule, WriteBehindModule],
  controllers: [CheckInController],
  providers: [CheckInAnswers, CheckInRules, CheckInService, DigitChecksService],
})
export class CheckInModule {}
