import { computed, DestroyRef, effect, inject, Service, signal } from '@angular/core';
import { Clock } from '../core/clock';
import { pause } from '../core/retry';
import { CurrentEvent } from '../event/current-event';
import { OpeningPace } from '../event/opening-pace';

/** The last seconds are counted down. */
const nextMilliseconds = 10_000;
const tickMilliseconds = 250;
/** Between a check-in that came too early and the next one: at least so long, at most twice as long. */
const tooEarlyMilliseconds = 1_500;

/** “Check me in at the opening”: whether it was pressed, and when this page's slot has come. */
@Service({ autoProvided: false })
export class OpeningTimer {
  private readonly event = inject(CurrentEvent);
  private readonly pace = inject(OpeningPace);
  private readonly clock = inject(Clock);
  private readonly armed = signal(false);
  private readonly now = signal(0);

  readonly pressed = this.armed.asReadonly();
  /** Check-in is open and the slot has come: send now. A device that slept through it sends when it wakes. */
  readonly due = computed(() => this.armed() && this.isOpen() && this.now() >= this.pace.slot());
  /** Seconds until this page sends; null when that is far. */
  readonly secondsLeft = computed(() => {
    const left = this.pace.slot() - this.now();
    return this.armed() && left <= nextMilliseconds ? Math.max(0, Math.ceil(left / 1_000)) : null;
  });
  readonly isAhead = computed(() => this.event.state() === 'scheduled');
  private readonly isOpen = computed(() => this.event.state() === 'open' || this.event.state() === 'live');

  constructor() {
    let timer: ReturnType<typeof setInterval> | undefined;
    effect(() => {
      clearInterval(timer);
      if (!this.armed()) return;
      const look = () => this.now.set(this.clock.now());
      look();
      timer = setInterval(look, tickMilliseconds);
    });
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  press(): void {
    this.armed.set(true);
  }

  release(): void {
    this.armed.set(false);
  }

  /**
   * The opening was moved, or this page's clock is ahead of the server's: the answer to a new question tells.
   * @throws the reason of `leaving`
   */
  async cameTooEarly(leaving: AbortSignal): Promise<void> {
    await this.event.refresh();
    await pause(tooEarlyMilliseconds * (1 + Math.random()), leaving);
    this.press();
  }
}
