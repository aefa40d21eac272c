import { computed, inject, Service } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { type OpeningPlan, prepareAt, sendAt, spreadDelay, unplannedOpening } from '@exco/page-rules';
import { filter, firstValueFrom, fromEvent, map, merge, take, timer } from 'rxjs';
import { Clock } from '../core/clock';
import { pause } from '../core/retry';
import { CurrentEvent } from './current-event';

/** The server's figures come over the live connection; without them the page goes on by itself after so long. */
const figuresWithinMilliseconds = 4_000;
/** Without figures: so long for pages to begin in, and as long for their check-ins. */
const withoutFiguresMilliseconds = 1_500;

/** When this page does what all pages that wait for the opening want to do at the same moment. */
@Service()
export class OpeningPace {
  private readonly event = inject(CurrentEvent);
  private readonly clock = inject(Clock);
  /** While the server has said nothing. */
  private readonly unplanned: OpeningPlan = unplannedOpening(withoutFiguresMilliseconds);
  private readonly mayPrepare = toObservable(this.event.mayPrepare);
  private readonly hasFigures = toObservable(
    computed(() => this.event.view()?.opening !== undefined || this.event.state() !== 'scheduled'),
  );

  /** Resolves when this page may begin to prepare. @throws the signal's reason */
  async turn(signal: AbortSignal): Promise<void> {
    const left = fromEvent(signal, 'abort').pipe(
      map((): boolean => {
        throw signal.reason;
      }),
    );
    await firstValueFrom(merge(this.mayPrepare.pipe(filter(Boolean)), left));
    const figures = merge(this.hasFigures.pipe(filter(Boolean)), timer(figuresWithinMilliseconds)).pipe(take(1));
    await firstValueFrom(merge(figures, left));
    await pause(this.delay(), signal);
  }

  /** When a page that was told to check in at the opening sends, milliseconds since 1970. */
  slot(): number {
    const event = this.event.view();
    return event ? sendAt(event, event.opening ?? this.unplanned) : Infinity;
  }

  private delay(): number {
    const event = this.event.view();
    if (!event) return 0;
    const now = this.clock.now();
    if (this.event.state() !== 'scheduled') return spreadDelay(event.opensAt, now, this.event.counts().watching);
    return prepareAt(event, event.opening ?? this.unplanned, now) - now;
  }
}
