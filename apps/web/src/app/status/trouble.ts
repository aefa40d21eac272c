import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { retryDelay } from '@exco/page-rules';
import { pause } from '../core/retry';
import { sitePath } from '../core/site-path';
import { Language } from '../texts/language';

/** What an address may ask for at most: anybody can write one. */
const longestWait = 10 * 60_000;

/** Milliseconds; 0 for whatever is no time. */
function waitAsked(text: string | null): number {
  const milliseconds = Number(text ?? 0);
  return milliseconds > 0 ? Math.min(milliseconds, longestWait) : 0;
}

/** Shown while the server does not answer, or has given this page a place in its queue. Tries again by itself, then. */
@Component({
  selector: 'exco-trouble',
  imports: [PageLayout, PageHeading],
  template: `
    <exco-page-layout>
      <div intro>
        <p class="kicker">Exco Live</p>
        <h1 excoPageHeading>{{ busy() ? t().trouble.busy : t().trouble.unreachable }}</h1>
        <p class="lead">
          {{ busy() ? t().trouble.busyLead : t().trouble.unreachableLead }}
        </p>
      </div>
      <section class="card">
        <h2>{{ busy() ? t().trouble.goesOn : t().trouble.triesAgain }}</h2>
        <p aria-hidden="true">{{ trying() ? t().trouble.trying : t().trouble.nextTry(left()) }}</p>
        <p class="sr-only" role="status">{{ announced() }}</p>
        <button type="button" class="button" (click)="tryNow()">{{ t().trouble.tryNow }}</button>
      </section>
    </exco-page-layout>
  `,
})
export class Trouble {
  private readonly router = inject(Router);
  private readonly query = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  private readonly leaving = new AbortController();
  protected readonly t = inject(Language).texts;
  protected readonly busy = computed(() => this.query().get('code') === 'BUSY');
  protected readonly trying = signal(false);
  /** Whole seconds: of this wait as a whole, and what is left of it. */
  protected readonly wait = signal(0);
  protected readonly left = signal(0);
  /** Once for each wait: a screen reader must not hear every second. */
  protected readonly announced = computed(() =>
    this.trying() ? this.t().trouble.trying : this.t().trouble.nextTryAbout(this.wait()),
  );

  constructor() {
    const tryNow = () => void this.tryNow();
    addEventListener('online', tryNow);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', tryNow);
      this.leaving.abort();
    });
    this.keepTrying().catch(() => undefined);
  }

  protected async tryNow(): Promise<void> {
    if (this.trying()) return;
    this.trying.set(true);
    const asked = sitePath(this.query().get('to'));
    // This page would lead to itself for ever.
    const to = asked.startsWith('/trouble') ? '/' : asked;
    if (this.query().has('anew') && navigator.onLine) {
      location.assign(to);
      return;
    }
    await this.router.navigateByUrl(to, { onSameUrlNavigation: 'reload' });
    this.trying.set(false);
  }

  private async keepTrying(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const milliseconds = retryDelay(waitAsked(this.query().get('wait')), attempt);
      this.wait.set(Math.ceil(milliseconds / 1_000));
      let seconds = this.wait();
      // At least one pause a try: without any, nothing else would run in this page, nor end this.
      do {
        this.left.set(seconds);
        await pause(milliseconds / this.wait(), this.leaving.signal);
      } while (--seconds > 0);
      await this.tryNow();
    }
  }
}
