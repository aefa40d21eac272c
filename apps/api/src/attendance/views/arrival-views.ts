import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EventView } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Arrivals, type Arrival } from '../../users/auth/arrivals.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Receipt } from '../records/receipt.ts';
import { ClassmatesService } from './classmates.service.ts';
import { EventViewsService } from './event-views.service.ts';
import { OpeningViews } from './opening-views.ts';
import { ReceiptsOfRequest } from './receipts.interceptor.ts';

/** What a student's page needs when it arrives: the event, and while the student is not in, the classmates. */
@Injectable()
export class ArrivalViews implements OnModuleInit {
  constructor(
    private readonly arrivals: Arrivals,
    private readonly views: EventViewsService,
    private readonly classmates: ClassmatesService,
    private readonly openings: OpeningViews,
    private readonly receipt: Receipt,
  ) {}

  onModuleInit(): void {
    this.arrivals.from((me, eventId, request) => this.of(me, eventId, request));
  }

  private async of(me: Student, eventId: number | null, request: WithHeaders): Promise<Arrival> {
    const receipts = new ReceiptsOfRequest(this.receipt.of(request, me.id));
    const event = await (eventId === null ? this.current(me, receipts) : this.asked(me, eventId, receipts));
    if (!event) return { event: null };
    const classmates = event.attendance ? null : await this.classmates.of(me, event.id, { search: '' });
    return { event: this.openings.added(me.id, event), ...(classmates && { classmates }) };
  }

  private async current(me: Student, receipts: ReceiptsOfRequest): Promise<EventView | undefined> {
    return (await this.views.list(me, receipts, 1))[0];
  }

  private async asked(me: Student, eventId: number, receipts: ReceiptsOfRequest): Promise<EventView | undefined> {
    try {
      return await this.views.one(me, eventId, receipts);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'EVENT_NOT_FOUND') return undefined;
      throw error;
    }
  }
}
