import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.ts';
import { CheckInModule } from './check-in/check-in.module.ts';
import { CheckOutModule } from './check-out/check-out.module.ts';
import { CorrectionsModule } from './corrections/corrections.module.ts';
import { RealtimeModule } from './realtime/realtime.module.ts';
import { ReportsModule } from './reports/reports.module.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { ViewsModule } from './views/views.module.ts';

@Module({
  imports: [
    AuditModule,
    CheckInModule,
    CheckOutModule,
    CorrectionsModule,
    RealtimeModule,
    ReportsModule,
    RetentionModule,
    ViewsModule,
  ],
})
export class AttendanceModule {}
