import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EventView, EventWithoutAttendance, Opening, OpeningWindows } from '@exco/contracts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';

/** Connection tests that begin in a second: 40 images of 192 kB are 61 Mbit/s, which a school's line carries. */
const preparationsPerSecond = 40;
/** Long enough for a connection test near the minimum and a list of classmates. */
const preparationMilliseconds = 15_000;
const leastMilliseconds = 500;

type Waiting = Pick<EventWithoutAttendance, 'preparesAt' | 'opensAt' | 'serverTime'> & {
  counts: { watching: number };
};

/**
 * The windows in which waiting pages prepare and send, so that together they ask for no more than is served. Who waits at
 * `preparesAt` is spread from then on; who comes while that goes on is spread over what is left of it; who comes later
 * begins soon. Nobody is told to begin so late that they are not ready at the opening.
 * @param perSecond check-ins that the whole system takes in a second
 */
export function openingWindows(
  { preparesAt, opensAt, serverTime, counts: { watching } }: Waiting,
  perSecond: number,
): OpeningWindows {
  const [from, opening, now] = [Date.parse(preparesAt), Date.parse(opensAt), Date.parse(serverTime)];
  const wanted = (watching / preparationsPerSecond) * 1_000 - Math.max(0, now - from);
  const left = Math.max(0, opening - Math.max(now, from) - preparationMilliseconds);
  return {
    waiting: watching,
    prepareWithinMilliseconds: Math.round(Math.min(Math.max(leastMilliseconds, wanted), left)),
    sendWithinMilliseconds: Math.round(Math.max(leastMilliseconds, (watching / perSecond) * 1_000)),
  };
}

/** What a student who waits is told of the opening. */
@Injectable()
export class OpeningViews {
  private readonly perSecond: number;
  private readonly secret: string;

  constructor(@Inject(ENV) { CHECK_INS_PER_SECOND, SESSION_SECRET }: Env) {
    this.perSecond = CHECK_INS_PER_SECOND;
    this.secret = SESSION_SECRET;
  }

  windows(event: Waiting): OpeningWindows {
    return openingWindows(event, this.perSecond);
  }

  /** The view, while check-in is not open with this student's place in the opening. */
  added(userId: number, event: EventView): EventView {
    return event.state === 'scheduled' ? { ...event, opening: this.of(userId, event) } : event;
  }

  private of(userId: number, event: EventView): Opening {
    return { ...this.windows(event), place: this.place(event.id, userId) };
  }

  /** Of one event and student always the same, and nothing that anybody can foresee or choose. */
  private place(eventId: number, userId: number): number {
    const digest = createHmac('sha256', this.secret).update(`place ${eventId} ${userId}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }
}
