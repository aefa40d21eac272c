import { Service } from '@angular/core';
import type {
  ApiErrorBody,
  CheckInAnswer,
  CheckInRequest,
  CheckOutAnswer,
  CheckOutRequest,
  Classmate,
  Companion,
  DigitCheck,
  DigitCheckResults,
  EventView,
  Session,
  SignIn,
  StreamView,
} from '@exco/contracts';
import { Subject } from 'rxjs';
import { ApiProblem, offline } from './api-problem';
import type { WantedEvent } from './first-answer';
import { line } from './line';

/** Longer than the server's own deadline of 2 s for a check-in, with a slow line's way there and back. */
const answerWithinMilliseconds = 12_000;

/** Everything a student's page asks of the server. Each call rejects with an `ApiProblem`. */
@Service()
export class Api {
  /** The session is over: whoever listens takes the student to the sign-in page. */
  readonly signedOut = new Subject<void>();

  session = (event: WantedEvent) => this.ask<Session>('GET', `/session?event=${event}`);
  signIn = (who: SignIn, event: WantedEvent) => this.ask<Session>('POST', `/session?event=${event}`, who);
  signOut = () => this.ask<undefined>('DELETE', '/session');
  events = () => this.ask<EventView[]>('GET', '/events');
  event = (eventId: number) => this.ask<EventView>('GET', `/events/${eventId}`);
  /** Whoever matches, at most `mostClassmatesListed`. */
  classmates = (eventId: number, search = '') =>
    this.ask<Classmate[]>('GET', `/events/${eventId}/classmates?search=${encodeURIComponent(search)}`);
  checkDigits = (eventId: number, checks: readonly DigitCheck[]) =>
    this.ask<DigitCheckResults>('POST', `/events/${eventId}/digit-checks`, { checks });
  checkIn = (eventId: number, request: CheckInRequest, leaving?: AbortSignal) =>
    this.ask<CheckInAnswer>('POST', `/events/${eventId}/check-ins?stream=1`, request, leaving);
  stream = (eventId: number) => this.ask<StreamView>('GET', `/events/${eventId}/stream`);
  group = (eventId: number) => this.ask<Companion[]>('GET', `/events/${eventId}/check-outs`);
  checkOut = (eventId: number, request: CheckOutRequest, leaving?: AbortSignal) =>
    this.ask<CheckOutAnswer>('POST', `/events/${eventId}/check-outs`, request, leaving);

  // Answers are not checked against the contract here: that would bring its schemas, and Zod, into the page.
  private async ask<Answer>(method: string, path: string, body?: object, leaving?: AbortSignal): Promise<Answer> {
    const timeUp = AbortSignal.timeout(answerWithinMilliseconds);
    const response = await fetch(`/api${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : null,
      signal: leaving ? AbortSignal.any([timeUp, leaving]) : timeUp,
      cache: 'no-store',
    }).catch(() => null);
    const answer = response && ((await response.json().catch(() => undefined)) as unknown);
    leaving?.throwIfAborted();
    if (!response) throw offline();
    // A body that was cut off, or a captive portal's own page: whatever the server said, it did not arrive.
    if (response.ok && answer === undefined && response.status !== 204) throw offline();
    line.cameThrough();
    if (response.ok) return answer as Answer;
    const problem = ApiProblem.from(response, answer as Partial<ApiErrorBody> | undefined);
    if (problem.code === 'NOT_SIGNED_IN') this.signedOut.next();
    throw problem;
  }
}
