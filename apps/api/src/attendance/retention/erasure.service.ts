import { Injectable } from '@nestjs/common';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { LiveEventService } from '../../stream/events/live-event.service.ts';
import { rosterChanged } from '../../users/roster/roster-signals.ts';
import { Roster } from '../../users/roster/roster.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { ErasureRepository } from './erasure.repository.ts';

const goOn = () => Promise.resolve();

/** What is removed for good, at once for everybody and then piece by piece from the tables. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly events: LiveEventService,
    private readonly erasure: ErasureRepository,
    private readonly audit: AuditRepository,
    private readonly roster: Roster,
    private readonly signals: SignalBus,
  ) {}

  /**
   * The event with its attendance, counts and audit. If this is interrupted, the daily task completes it.
   * @param between is called between two statements, and may throw to stop
   * @throws ApiError EVENT_NOT_FOUND, EVENT_RUNNING
   */
  async deleteEvent(eventId: number, reason: string | null, origin: RequestOrigin, between = goOn): Promise<void> {
    await this.events.hide(eventId, async (manager, { title, opensAt, closesAt }) => {
      await this.audit.addOfAdmin(manager, {
        kind: 'deletion',
        eventId: 0,
        userId: 0,
        outcome: 'deleted',
        reason,
        before: { eventId, title, opensAt, closesAt },
        origin,
      });
    });
    await this.erasure.removeEvent(eventId, between);
  }

  /** @throws ApiError USER_NOT_FOUND */
  async anonymise(userId: number, reason: string, origin: RequestOrigin): Promise<void> {
    if (!(await this.erasure.anonymise(userId, reason, origin))) throw new ApiError('USER_NOT_FOUND');
    await this.roster.refresh();
    this.signals.publish(rosterChanged, {});
  }
}
