import { Component, computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router, RouterOutlet } from '@angular/router';
import { fromEvent } from 'rxjs';
import { Clock } from '../core/clock';
import { spreadDelay } from '@exco/page-rules';
import { CurrentEvent } from './current-event';
import { LiveConnection } from './live-connection';
import { mayBeAt, type Place } from './place';

/** After so long in the background what the page knows may be out of date. */
const longSleep = 30_000;

/** The pages of one event: takes the student on whenever the state changes, and holds the live connection. */
@Component({
  selector: 'exco-event-pages',
  imports: [RouterOutlet],
  template: '<router-outlet />',
  styles: ':host { display: grid; }',
})
export class EventPages {
  private readonly router = inject(Router);
  private readonly event = inject(CurrentEvent);
  private readonly live = inject(LiveConnection);
  private readonly clock = inject(Clock);

  /** Before the opening too: so a moved opening reaches the waiting pages, and they do not all connect at the opening. */
  private readonly liveEventId = computed(() => {
    const place = this.event.place();
    return place && place !== 'over' ? (this.event.view()?.id ?? null) : null;
  });

  constructor() {
    effect(() => this.takeOn());
    effect((onCleanup) => {
      const eventId = this.liveEventId();
      if (eventId === null) {
        this.live.release();
        return;
      }
      const timer = setTimeout(
        () => this.live.hold(eventId),
        untracked(() => this.delay()),
      );
      onCleanup(() => clearTimeout(timer));
    });
    inject(DestroyRef).onDestroy(() => this.live.release());

    let hiddenAt = Date.now();
    fromEvent(document, 'visibilitychange')
      .pipe(takeUntilDestroyed())
      .subscribe(() => {
        if (document.hidden) hiddenAt = Date.now();
        else if (Date.now() - hiddenAt > longSleep) void this.event.wake();
      });
  }

  /** Replaces the address: the way back must not lead to a page that sends the student forward again. */
  private takeOn(): void {
    const event = this.event.view();
    const state = this.event.state();
    if (!event || !state || !this.event.place()) return;
    const current = this.router.url.split(/[?#]/)[0]?.split('/') ?? [];
    if (Number(current[2]) !== event.id || mayBeAt(current[3] as Place, state, this.event.attendance())) return;
    void this.router.navigate(['/events', event.id, this.event.place()], { replaceUrl: true });
  }

  private delay(): number {
    const event = this.event.view();
    return event ? spreadDelay(event.opensAt, this.clock.now(), this.event.counts().watching) : 0;
  }
}
