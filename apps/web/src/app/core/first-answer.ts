import { Service } from '@angular/core';
import type { Classmate, EventView, Session } from '@exco/contracts';

/** Which event a page wants to be told of with the session. */
export type WantedEvent = number | 'current';

export interface FirstEvent {
  /** null: there is none. */
  event: EventView | null;
  /** `Date.now()` around the question. */
  askedAt: number;
  answeredAt: number;
}

/** What came with the answer that says who is signed in. Each part is taken once: what is asked for later is newer. */
@Service()
export class FirstAnswer {
  private first: (FirstEvent & { wanted: WantedEvent }) | null = null;
  private list: { eventId: number; classmates: Classmate[] } | null = null;

  keep({ event, classmates }: Session, wanted: WantedEvent, askedAt: number, answeredAt = Date.now()): void {
    this.first = event === undefined ? null : { wanted, event, askedAt, answeredAt };
    this.list = event && classmates ? { eventId: event.id, classmates } : null;
  }

  /** null when the event has to be asked for. */
  takeEvent(wanted: WantedEvent): FirstEvent | null {
    const { first } = this;
    this.first = null;
    const isIt = first && (first.event?.id === wanted || (wanted === 'current' && first.wanted === 'current'));
    return isIt ? first : null;
  }

  /** null when they have to be asked for. */
  takeClassmates(eventId: number): Classmate[] | null {
    const { list } = this;
    this.list = null;
    return list?.eventId === eventId ? list.classmates : null;
  }
}
