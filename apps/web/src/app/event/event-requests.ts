import { inject, Service } from '@angular/core';
import type { EventView } from '@exco/contracts';
import { tries } from '@exco/page-rules';
import { Api } from '../core/api';
import { Clock } from '../core/clock';
import { FirstAnswer, type FirstEvent, type WantedEvent } from '../core/first-answer';
import { retrying } from '../core/retry';

/** Asks the server for the event, and sets the clock by each answer. */
@Service()
export class EventRequests {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly first = inject(FirstAnswer);

  /** @throws ApiProblem */
  async event(eventId: number): Promise<EventView> {
    return this.toldFirst(eventId)?.event ?? (await this.timed(() => this.api.event(eventId)));
  }

  /** The event that matters now; null when there is none. @throws ApiProblem */
  async current(): Promise<EventView | null> {
    const first = this.toldFirst('current');
    return first ? first.event : this.timed(async () => (await this.api.events())[0] ?? null);
  }

  /** One try: what is known stays when nobody answers. @returns null then */
  async again(eventId: number): Promise<EventView | null> {
    return this.once(() => this.api.event(eventId)).catch(() => null);
  }

  /** What came with the session; null when the event has to be asked for. */
  private toldFirst(wanted: WantedEvent): FirstEvent | null {
    const first = this.first.takeEvent(wanted);
    if (first?.event) this.clock.answered(first.event.serverTime, first.askedAt, first.answeredAt);
    return first;
  }

  /** Each try is timed by itself: the wait between two says nothing about the line. */
  private timed<Event extends EventView | null>(call: () => Promise<Event>): Promise<Event> {
    return retrying(() => this.once(call), { tries: tries.event });
  }

  private async once<Event extends EventView | null>(call: () => Promise<Event>): Promise<Event> {
    const askedAt = Date.now();
    const event = await call();
    if (event) this.clock.answered(event.serverTime, askedAt);
    return event;
  }
}
