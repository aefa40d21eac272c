import { Injectable } from '@nestjs/common';
import type { LiveMessage } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Receipt } from '../records/receipt.ts';
import { EventViewsService } from '../views/event-views.service.ts';
import { OpeningViews } from '../views/opening-views.ts';
import { ReceiptsOfRequest } from '../views/receipts.interceptor.ts';

/** The first message to a new live connection that asks for it: the student's view of the event. */
@Injectable()
export class LiveGreeting {
  constructor(
    private readonly views: EventViewsService,
    private readonly openings: OpeningViews,
    private readonly receipt: Receipt,
    private readonly events: LiveEvents,
  ) {}

  async to(me: Student, eventId: number, request: WithHeaders): Promise<LiveMessage> {
    try {
      const event = await this.views.one(me, eventId, new ReceiptsOfRequest(this.receipt.of(request, me.id)));
      return { type: 'view', event: this.openings.added(me.id, event) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'BUSY') throw error;
      // Whether this student is checked in is not known: the page keeps what it knows of that.
      return { type: 'event', event: await this.views.withoutAttendance(await this.events.find(eventId)) };
    }
  }
}
