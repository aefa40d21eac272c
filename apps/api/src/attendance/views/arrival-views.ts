import { Injectable, type OnModuleInit } from '@nestjs/common';
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
    const event = await this.views.onArrival(me, eventId);
    if (!event) return { event: null };
    const { standing, classmates } = await this.classmates.onArrival(me, event);
    const view = await this.views.of(event, standing, me, new ReceiptsOfRequest(this.receipt.of(request, me.id)));
    return { event: this.openings.added(me.id, view), ...(!view.attendance && { classmates }) };
  }
}
