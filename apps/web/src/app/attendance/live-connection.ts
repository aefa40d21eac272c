import { inject, Service, signal } from '@angular/core';
import type { Subscription } from 'rxjs';
import { CurrentEvent } from './current-event';
import { liveMessages } from './live-messages';

/** `off`: none is wanted. `lost`: it was there, or could not be made, and is tried again. */
export type LiveStatus = 'off' | 'connecting' | 'connected' | 'lost';

/** So many failed tries in a row look like an expired session; an answer to an ordinary request tells. */
const triesBeforeDoubt = 3;
/** What happened between the page's question and its connection was told to nobody; it is asked for, without haste. */
const firstCatchUpWithin = 8_000;
/** After a break more may have been missed. Everybody is back within seconds, so not all at once. */
const catchUpWithin = 2_000;

/** The one connection that the page holds while the student is at the event. */
@Service()
export class LiveConnection {
  private readonly event = inject(CurrentEvent);
  private readonly now = signal<LiveStatus>('off');
  private subscription: Subscription | undefined;
  private eventId: number | undefined;
  private catchingUp: ReturnType<typeof setTimeout> | undefined;

  readonly status = this.now.asReadonly();

  hold(eventId: number): void {
    if (this.eventId === eventId) return;
    this.release();
    this.eventId = eventId;
    this.now.set('connecting');
    const watch = { connected: () => this.connected(), lost: (attempt: number) => this.lost(attempt) };
    this.subscription = liveMessages(eventId, watch).subscribe((message) => this.event.receive(message));
  }

  release(): void {
    clearTimeout(this.catchingUp);
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.eventId = undefined;
    this.now.set('off');
  }

  private connected(): void {
    const within = this.now() === 'lost' ? catchUpWithin : firstCatchUpWithin;
    const openedAt = Date.now();
    clearTimeout(this.catchingUp);
    this.catchingUp = setTimeout(() => void this.event.catchUp(openedAt), Math.random() * within);
    this.now.set('connected');
  }

  private lost(attempt: number): void {
    this.now.set('lost');
    if (attempt % triesBeforeDoubt === 0) void this.event.refresh();
  }
}
