import { Module } from '@nestjs/common';
import { StreamModule } from '../stream/stream.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminEventsController } from './views/admin-events.controller.ts';
import { AdminEventsService } from './views/admin-events.service.ts';
import { ArrivalViews } from './views/arrival-views.ts';
import { AuditModule } from './audit/audit.module.ts';
import { AttendanceViews } from './views/attendance-views.ts';
import { CheckInAnswers } from './check-in/check-in-answers.ts';
import { CheckInController } from './check-in/check-in.controller.ts';
import { CheckInRules } from './check-in/check-in-rules.ts';
import { CheckInService } from './check-in/check-in.service.ts';
import { DigitChecksService } from './check-in/digit-checks.service.ts';
import { CheckOutController } from './check-out/check-out.controller.ts';
import { CheckOutList } from './check-out/check-out-list.ts';
import { CheckOutRules } from './check-out/check-out-rules.ts';
import { RecordsModule } from './records/records.module.ts';
import { CheckOutService } from './check-out/check-out.service.ts';
import { WriteBehindModule } from './write-behind/write-behind.module.ts';
import { CorrectionRepository } from './corrections/correction.repository.ts';
import { CorrectionsController } from './corrections/corrections.controller.ts';
import { CorrectionsService } from './corrections/corrections.service.ts';
import { CountBroadcaster } from './counts/count-broadcaster.ts';
import { EventViewsService } from './views/event-views.service.ts';
import { EventsController } from './views/events.controller.ts';
import { LiveMetrics } from './realtime/live-metrics.ts';
import { LiveNews } from './realtime/live-news.ts';
import { LiveSockets } from './realtime/live-sockets.ts';
import { LiveGreeting } from './realtime/live-greeting.ts';
import { LiveGateway } from './realtime/live.gateway.ts';
import { OpeningNews } from './realtime/opening-news.ts';
import { OpeningViews } from './views/opening-views.ts';
import { ReportRepository } from './reports/report.repository.ts';
import { ReportsController } from './reports/reports.controller.ts';
import { ReportsService } from './reports/reports.service.ts';
import { Presence } from './counts/presence.ts';

@Module({
  imports: [AuditModule, RecordsModule, WriteBehindModule, StreamModule, UsersModule],
  controllers: [
    EventsController,
    CheckInController,
    CheckOutController,
    AdminEventsController,
    CorrectionsController,
    ReportsController,
  ],
  providers: [
    AdminEventsService,
    ArrivalViews,
    AttendanceViews,
    CheckInAnswers,
    CheckInRules,
    CheckInService,
    CheckOutList,
    CheckOutRules,
    CheckOutService,
    DigitChecksService,
    CorrectionRepository,
    CorrectionsService,
    CountBroadcaster,
    EventViewsService,
    LiveGateway,
    LiveGreeting,
    LiveMetrics,
    LiveNews,
    LiveSockets,
    OpeningNews,
    OpeningViews,
    ReportRepository,
    ReportsService,
    Presence,
  ],
})
export class AttendanceModule {}
