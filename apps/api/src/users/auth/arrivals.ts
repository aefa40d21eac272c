import { Injectable, Logger } from '@nestjs/common';
import { pathId, type Session } from '@exco/contracts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import type { Student } from '../roster/roster.ts';

/** What a page needs right after the sign-in. */
export type Arrival = Pick<Session, 'event' | 'classmates'>;

/** @param eventId null: the one that matters now */
type Source = (me: Student, eventId: number | null, request: WithHeaders) => Promise<Arrival>;

/** Lets the module that knows of events add to the answer of a sign-in, which saves the page two requests. */
@Injectable()
export class Arrivals {
  private readonly logger = new Logger(Arrivals.name);
  private source: Source | null = null;

  from(source: Source): void {
    this.source = source;
  }

  /**
   * Never rejects: the sign-in stands without it, and the page then asks for the rest by itself.
   * @param wanted as the query has it: `current`, or the id of an event; anything else adds nothing
   */
  async of(me: Student, wanted: unknown, request: WithHeaders): Promise<Arrival> {
    const eventId = wanted === 'current' ? null : pathId.safeParse(wanted).data;
    if (!this.source || eventId === undefined) return {};
    try {
      return await this.source(me, eventId, request);
    } catch (error) {
      this.logger.warn(error);
      return {};
    }
  }
}
