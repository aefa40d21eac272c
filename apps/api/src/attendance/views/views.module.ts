import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { CountsModule } from '../counts/counts.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { AdminEventsController } from './admin-events.controller.ts';
import { AdminEventsService } from './admin-events.service.ts';
import { ArrivalViews } from './arrival-views.ts';
import { AttendanceViews } from './attendance-views.ts';
import { ClassmatesService } from './classmates.service.ts';
import { EventViewsService } from './event-views.service.ts';
import { EventsController } from './events.controller.ts';
import { OpeningViews } from './opening-views.ts';
import { OwnAttendances } from './own-attendance.ts';
import { GivesReceipts } from './receipts.interceptor.ts';

/** What students and hosts see of an event. */
@Module({
  imports: [CountsModule, RecordsModule, StreamModule, UsersModule],
  controllers: [EventsController, AdminEventsController],
  providers: [
    AdminEventsService,
    ArrivalViews,
    AttendanceViews,
    ClassmatesService,
    EventViewsService,
    GivesReceipts,
    OpeningViews,
    OwnAttendances,
  ],
  exports: [AttendanceViews, EventViewsService, OpeningViews],
})
export class ViewsModule {}
