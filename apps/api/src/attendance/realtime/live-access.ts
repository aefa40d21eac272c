import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { isOwnOrigin } from '../../infrastructure/http/own-origin.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { concerns } from '../../stream/events/concerns.ts';
import { parseEventId } from '../../stream/events/event-id.pipe.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { SessionCookie } from '../../users/auth/session-cookie.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { LiveSockets, type Connected } from './live-sockets.ts';

/** Tabs and devices of one student on one process, lost connections included until the server notices the loss. */
const mostOfOneStudent = 12;
const judgeAgainMilliseconds = 5_000;

export interface Admitted extends Connected {
  me: Student;
  /** The page wants the student's view of the event first (`view=1`). */
  asksForView: boolean;
}

const admitted = new WeakMap<IncomingMessage, Admitted>();

/** The student and the event of an upgrade that was accepted. */
export function admittedTo(request: IncomingMessage): Admitted {
  const found = admitted.get(request);
  if (!found) throw new Error('a live connection that nobody admitted');
  return found;
}

/** Who may hold a live connection: judged before it is accepted, and again while it is there. */
@Injectable()
export class LiveAccess {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly roster: Roster,
    private readonly events: LiveEvents,
    private readonly sockets: LiveSockets,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** @throws ApiError FOREIGN_ORIGIN, NOT_SIGNED_IN, EVENT_NOT_FOUND, TOO_MANY_REQUESTS */
  async admit(request: IncomingMessage): Promise<void> {
    const { origin } = request.headers;
    // Browsers always say where a page comes from; a cookie alone must not open a connection for a foreign page.
    if (origin !== undefined && !isOwnOrigin(this.env, request, origin)) throw new ApiError('FOREIGN_ORIGIN');
    const session = this.cookie.session(request);
    const me = session ? this.roster.student(session.userId) : undefined;
    if (!session || !me) throw new ApiError('NOT_SIGNED_IN');
    const asked = new URL(request.url ?? '/', 'http://any').searchParams;
    const event = await this.events.findFor(me, parseEventId(asked.get('eventId') ?? ''));
    // Last, and nothing is waited for from here to the connection: upgrades that come together are counted one by one.
    if (this.sockets.countOf(me.id) >= mostOfOneStudent) throw new ApiError('TOO_MANY_REQUESTS', undefined, 60);
    admitted.set(request, { eventId: event.id, session, me, asksForView: asked.get('view') === '1' });
  }

  /** Whoever signed out, left the roster, or is not invited any more is told nothing more. */
  @Periodic(judgeAgainMilliseconds)
  judgeAgain(): void {
    this.sockets.closeWhere(({ eventId, session }) => {
      const student = this.roster.student(session.userId);
      const event = this.events.known(eventId);
      return !student || !event || !concerns(event, student) || !this.cookie.isGood(session);
    });
  }
}
