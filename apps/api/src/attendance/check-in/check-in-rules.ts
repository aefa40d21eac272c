import { Injectable } from '@nestjs/common';
import type { CheckInRequest } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents, preparesAtOf, stateOf } from '../../stream/events/live-events.ts';
import { DigitsService, type DigitsVerdict } from '../../users/digits/digits.service.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Revocations } from '../records/revocations.ts';

export type RefusedOutcome = Exclude<DigitsVerdict['outcome'], 'match'>;
/** Somebody of the request, in its order: confirmed, or refused with the reason. */
export interface Named {
  userId: number;
  refused?: RefusedOutcome | undefined;
}

/** Who may check in whom. A warm process decides without a query, and before anything is written. */
@Injectable()
export class CheckInRules {
  constructor(
    private readonly events: LiveEvents,
    private readonly digits: DigitsService,
    private readonly revocations: Revocations,
  ) {}

  /**
   * @param sessionId of the request
   * @param at when the request came, milliseconds since 1970
   * @returns the event, and everybody named: myself first, then the classmates in their order
   * @throws ApiError CHECK_IN_REVOKED, EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED, CONNECTION_TOO_SLOW,
   * DIGITS_LOCKED, WRONG_DIGITS, BAD_REQUEST
   */
  async decide(
    me: Student,
    sessionId: string,
    eventId: number,
    request: CheckInRequest,
    at: number,
  ): Promise<{ event: LiveEvent; named: Named[] }> {
    if (this.revocations.has(eventId, me.id)) throw new ApiError('CHECK_IN_REVOKED');
    const event = await this.eventSince(me, eventId, at, ({ opensAt }) => opensAt);
    if (request.classmates.some(({ userId }) => userId === me.id))
      throw new ApiError('BAD_REQUEST', [{ path: 'classmates', message: 'names yourself' }]);
    if (request.connection.kbps < event.minimumKbps)
      throw new ApiError('CONNECTION_TOO_SLOW', { minimumKbps: event.minimumKbps });
    if (!(await this.isConfirmed(me, sessionId, request.digits))) throw new ApiError('WRONG_DIGITS');
    const verdicts = await this.digits.verify(me, sessionId, request.classmates, event.classIds);
    const named: Named[] = [{ userId: me.id }];
    request.classmates.forEach(({ userId }, index) => named.push({ userId, refused: refusal(verdicts[index]) }));
    return { event, named };
  }

  /**
   * The event, once pages may get ready for it.
   * @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED
   */
  async preparedEvent(me: Student, eventId: number, at: number): Promise<LiveEvent> {
    return this.eventSince(me, eventId, at, preparesAtOf);
  }

  /**
   * @param from when what is asked for begins
   * @throws ApiError EVENT_NOT_FOUND, CHECK_IN_NOT_OPEN, CHECK_IN_CLOSED
   */
  private async eventSince(
    me: Student,
    eventId: number,
    at: number,
    from: (event: LiveEvent) => Date,
  ): Promise<LiveEvent> {
    const known = await this.events.findFor(me, eventId);
    if (!refusalOf(known, at, from(known))) return known;
    const event = await this.events.newest(known);
    if (!concerns(event, me)) throw new ApiError('EVENT_NOT_FOUND');
    const code = refusalOf(event, at, from(event));
    if (code) throw new ApiError(code);
    return event;
  }

  /** @throws ApiError DIGITS_LOCKED */
  private async isConfirmed(me: Student, sessionId: string, digits: string): Promise<boolean> {
    const [verdict] = await this.digits.verify(me, sessionId, [{ userId: me.id, digits }]);
    if (verdict?.outcome === 'locked') throw new ApiError('DIGITS_LOCKED', undefined, verdict.seconds);
    return verdict?.outcome === 'match';
  }
}

/** @param from when what is asked for begins */
function refusalOf(event: LiveEvent, at: number, from: Date): 'CHECK_IN_CLOSED' | 'CHECK_IN_NOT_OPEN' | null {
  const state = stateOf(event, at);
  if (state === 'ended' || state === 'closed') return 'CHECK_IN_CLOSED';
  return at < from.getTime() ? 'CHECK_IN_NOT_OPEN' : null;
}

function refusal(verdict: DigitsVerdict | undefined): RefusedOutcome | undefined {
  return verdict?.outcome === 'match' ? undefined : (verdict?.outcome ?? 'wrong-digits');
}
