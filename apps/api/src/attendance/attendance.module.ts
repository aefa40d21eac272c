import { Module } from '@nestjs/common';
import { StreamModule } from '../stream/stream.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminEventsController } from './admin-events.controller.ts';
import { AdminEventsService } from './admin-events.service.ts';
import { AttendanceReader } from './attendance-reader.ts';
import { AttendanceViews } from './attendance-view.ts';
import { AttendanceWriter } from './attendance-writer.ts';
import { AttendanceController } from './attendance.controller.ts';
import { CheckInService } from './check-in.service.ts';
import { CheckOutService } from './check-out.service.ts';
import { CommitQueue } from './commit-queue.ts';
import { CommittingModule } from './committing.module.ts';
import { CountBroadcaster } from './count-broadcaster.ts';
import { EventViewsService } from './event-views.service.ts';
import { EventsController } from './events.controller.ts';
import { LiveNews } from './live-news.ts';
import { LiveSockets } from './live-sockets.ts';
import { LiveGateway } from './live.gateway.ts';
import { Receipt } from './receipt.ts';
import { Watchers } from './watchers.ts';

@Module({
  imports: [CommittingModule, StreamModule, UsersModule],
  controllers: [EventsController, AttendanceController, AdminEventsController],
  providers: [
    AdminEventsService,
    AttendanceReader,
    AttendanceViews,
    AttendanceWriter,
    CheckInService,
    CheckOutService,
    CommitQueue,
    CountBroadcaster,
    EventViewsService,
    LiveGateway,
    LiveNews,
    LiveSockets,
    Receipt,
    Watchers,
  ],
})
export class AttendanceModule {}
