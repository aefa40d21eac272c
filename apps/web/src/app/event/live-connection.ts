import { inject, Service, signal } from '@angular/core';
import type { Subscription } from 'rxjs';
import type { LiveMessage } from '@exco/contracts';
import { line } from '../core/line';
import { CurrentEvent } from './current-event';
import { liveMessages } from './live-messages';
import { StreamAddress } from './stream-address';

/** `off`: none is wanted. `lost`: it was there, or could not be made, and is tried again. */
export type LiveStatus = 'off' | 'connecting' | 'connected' | 'lost';

/** So many failed tries in a row look like an expired session; an answer to an ordinary request tells. */
const triesBeforeDoubt = 3;

/** The one connection that the page holds while the student is at the event. */
@Service()
export class LiveConnection {
  private readonly event = inject(CurrentEvent);
  private readonly stream = inject(StreamAddress);
  private readonly now = signal<LiveStatus>('off');
  private subscription: Subscription | undefined;
  private eventId: number | undefined;

  readonly status = this.now.asReadonly();

  hold(eventId: number): void {
    if (this.eventId === eventId) return;
    this.release();
    this.eventId = eventId;
    this.now.set('connecting');
    const watch = {
      connecting: () => this.event.connecting(),
      connected: () => {
        line.cameThrough();
        this.now.set('connected');
      },
      lost: (attempt: number) => this.lost(attempt),
    };
    this.subscription = liveMessages(eventId, watch).subscribe((message) => this.hear(eventId, message));
  }

  release(): void {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.eventId = undefined;
    this.now.set('off');
  }

  private hear(eventId: number, message: LiveMessage): void {
    // Before the page goes to the stream, which asks for what it does not know.
    if (message.type === 'attendance' && message.stream) this.stream.know(eventId, message.stream);
    this.event.receive(message);
  }

  private lost(attempt: number): void {
    this.now.set('lost');
    if (attempt % triesBeforeDoubt === 0) void this.event.refresh();
  }
}
