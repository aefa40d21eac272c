import { Injectable } from '@nestjs/common';
import type { LiveMessage } from '@exco/contracts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Receipt } from '../records/receipt.ts';
import { EventViewsService } from '../views/event-views.service.ts';
import { OpeningViews } from '../views/opening-views.ts';

/** What a new live connection that asks for it is told first: how things stand. */
@Injectable()
export class LiveGreeting {
  constructor(
    private readonly views: EventViewsService,
    private readonly openings: OpeningViews,
    private readonly receipt: Receipt,
  ) {}

  async to(me: Student, eventId: number, request: WithHeaders): Promise<LiveMessage> {
    const event = await this.views.one(me, eventId, this.receipt.times(request, me.id));
    return { type: 'view', event: this.openings.added(me.id, event) };
  }
}
