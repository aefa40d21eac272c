import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { LiveEvent } from '@exco/persistence';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { streamOf } from '../../stream/events/stream-of.ts';
import { attendanceCommitted, attendanceCorrected, type AttendanceWritten } from '../records/attendance-signals.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import { EventViewsService } from '../views/event-views.service.ts';
import { LiveSockets } from './live-sockets.ts';

/** Passes on what concerns one student (checked in or out, by a classmate or on another device) and what concerns all (the host changed the event). */
@Injectable()
export class LiveNews implements OnModuleInit {
  private readonly logger = new Logger(LiveNews.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly events: LiveEvents,
    private readonly eventViews: EventViewsService,
    private readonly attendanceViews: AttendanceViews,
    private readonly signals: SignalBus,
  ) {}

  onModuleInit(): void {
    this.signals.on(attendanceCommitted, ({ eventId, brought, own = [] }) => {
      for (const one of [...brought, ...own]) this.tellOne(eventId, one);
    });
    // The page looks anew when it is connected again, and finds that it is checked in no more.
    this.signals.on(attendanceCorrected, ({ eventId, userId, revoked }) => {
      if (revoked) this.sockets.disconnect(eventId, userId);
    });
    this.events.onChange((event) => {
      this.tellAll(event).catch((error: unknown) => this.logger.warn(error));
    });
  }

  private tellOne(eventId: number, written: AttendanceWritten): void {
    const { userId } = written;
    if (!this.sockets.isWatching(eventId, userId)) return;
    const message = { type: 'attendance' as const, attendance: this.attendanceViews.of(written) };
    const event = this.events.known(eventId);
    this.sockets.send(eventId, userId, message, event && { ...message, stream: streamOf(event) });
  }

  private async tellAll(event: LiveEvent): Promise<void> {
    if (this.sockets.watching(event.id).length === 0) return;
    await this.sockets.broadcast(event.id, { type: 'event', event: await this.eventViews.withoutAttendance(event) });
  }
}
