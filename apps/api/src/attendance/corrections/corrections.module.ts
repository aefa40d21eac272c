import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ViewsModule } from '../views/views.module.ts';
import { CorrectionRepository } from './correction.repository.ts';
import { CorrectionsController } from './corrections.controller.ts';
import { CorrectionsService } from './corrections.service.ts';

@Module({
  imports: [AuditModule, RecordsModule, StreamModule, UsersModule, ViewsModule],
  controllers: [CorrectionsController],
  providers: [CorrectionRepository, CorrectionsService],
})
export class CorrectionsModule {}
