import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EventView } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Arrivals, type Arrival } from '../../users/auth/arrivals.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Receipt } from '../records/receipt.ts';
import { EventViewsService, type Receipts } from './event-views.service.ts';
import { OpeningViews } from './opening-views.ts';

/** What a student's page needs when it arrives: the event, and while the student is not in, the classmates. */
@Injectable()
export class ArrivalViews implements OnModuleInit {
  constructor(
    private readonly arrivals: Arrivals,
    private readonly views: EventViewsService,
    private readonly openings: OpeningViews,
    private readonly receipt: Receipt,
  ) {}

  onModuleInit(): void {
    this.arrivals.from((me, eventId, request) => this.of(me, eventId, request));
  }

  private async of(me: Student, eventId: number | null, request: WithHeaders): Promise<Arrival> {
    const receipts = this.receipt.times(request, me.id);
    const event = await (eventId === null ? this.current(me, receipts) : this.asked(me, eventId, receipts));
    if (!event) return { event: null };
    const classmates = event.attendance ? null : await this.views.classmates(me, event.id);
    return { event: this.openings.added(me.id, event), ...(classmates && { classmates }) };
  }

  private async current(me: Student, receipts: Receipts): Promise<EventView | undefined> {
    return (await this.views.list(me, receipts, 1))[0];
  }

  private async asked(me: Student, eventId: number, receipts: Receipts): Promise<EventView | undefined> {
    try {
      return await this.views.one(me, eventId, receipts);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'EVENT_NOT_FOUND') return undefined;
      throw error;
    }
  }
}
