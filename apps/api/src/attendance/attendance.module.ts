import { Module } from '@nestjs/common';
import { StreamModule } from '../stream/stream.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminEventsController } from './admin-events.controller.ts';
import { AdminEventsService } from './admin-events.service.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditRepository } from './audit/audit.repository.ts';
import { AuditService } from './audit/audit.service.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { AttendanceReader } from './attendance-reader.ts';
import { AttendanceViews } from './attendance-view.ts';
import { AttendanceWriter } from './attendance-writer.ts';
import { AttendanceController } from './attendance.controller.ts';
import { CheckInService } from './check-in.service.ts';
import { CheckOutService } from './check-out.service.ts';
import { CommitQueue } from './commit-queue.ts';
import { CommittingModule } from './committing.module.ts';
import { CorrectionRepository } from './corrections/correction.repository.ts';
import { CorrectionsController } from './corrections/corrections.controller.ts';
import { CorrectionsService } from './corrections/corrections.service.ts';
import { Revocations } from './corrections/revocations.ts';
import { CountBroadcaster } from './count-broadcaster.ts';
import { EventViewsService } from './event-views.service.ts';
import { EventsController } from './events.controller.ts';
import { LiveNews } from './live-news.ts';
import { LiveSockets } from './live-sockets.ts';
import { LiveGateway } from './live.gateway.ts';
import { ReportRepository } from './reports/report.repository.ts';
import { ReportsController } from './reports/reports.controller.ts';
import { ReportsService } from './reports/reports.service.ts';
import { Receipt } from './receipt.ts';
import { Watchers } from './watchers.ts';

@Module({
  imports: [CommittingModule, StreamModule, UsersModule],
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
    AttendanceWriter,
    CheckInService,
    CheckOutService,
    CommitQueue,
    CorrectionRepository,
    CorrectionsService,
    CountBroadcaster,
    EventViewsService,
    LiveGateway,
    LiveNews,
    LiveSockets,
    Receipt,
    ReportRepository,
    Revocations,
    ReportsService,
    Watchers,
  ],
})
export class AttendanceModule {}
