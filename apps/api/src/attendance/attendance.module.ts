import { Module } from '@nestjs/common';
import { StreamModule } from '../stream/stream.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminEventsController } from './views/admin-events.controller.ts';
import { AdminEventsService } from './views/admin-events.service.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditRepository } from './audit/audit.repository.ts';
import { AuditService } from './audit/audit.service.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { AttendanceReader } from './records/attendance-reader.ts';
import { AttendanceViews } from './views/attendance-views.ts';
import { WriteBehind } from './write-behind/write-behind.service.ts';
import { AttendanceController } from './check-in/attendance.controller.ts';
import { CheckInService } from './check-in/check-in.service.ts';
import { CheckOutService } from './check-out/check-out.service.ts';
import { QueueClient } from './write-behind/queue-client.ts';
import { WriteBehindModule } from './write-behind/write-behind.module.ts';
import { CorrectionRepository } from './corrections/correction.repository.ts';
import { CorrectionsController } from './corrections/corrections.controller.ts';
import { CorrectionsService } from './corrections/corrections.service.ts';
import { Revocations } from './records/revocations.ts';
import { CountBroadcaster } from './counts/count-broadcaster.ts';
import { EventViewsService } from './views/event-views.service.ts';
import { EventsController } from './views/events.controller.ts';
import { LiveMetrics } from './realtime/live-metrics.ts';
import { LiveNews } from './realtime/live-news.ts';
import { LiveSockets } from './realtime/live-sockets.ts';
import { LiveGateway } from './realtime/live.gateway.ts';
import { ReportRepository } from './reports/report.repository.ts';
import { ReportsController } from './reports/reports.controller.ts';
import { ReportsService } from './reports/reports.service.ts';
import { Receipt } from './records/receipt.ts';
import { Presence } from './counts/presence.ts';

@Module({
  imports: [WriteBehindModule, StreamModule, UsersModule],
  controllers: [
    EventsController,
    AttendanceController,
    AdminEventsController,
    CorrectionsController,
    AuditController,
    ReportsController,
  ],
  providers: [
    AdminEventsService,
    AttendanceReader,
    AuditRepository,
    AuditService,
    AuditTrail,
    AttendanceViews,
    WriteBehind,
    CheckInService,
    CheckOutService,
    QueueClient,
    CorrectionRepository,
    CorrectionsService,
    CountBroadcaster,
    EventViewsService,
    LiveGateway,
    LiveMetrics,
    LiveNews,
    LiveSockets,
    Receipt,
    ReportRepository,
    Revocations,
    ReportsService,
    Presence,
  ],
})
export class AttendanceModule {}
