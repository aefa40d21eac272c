import { Component, DestroyRef, inject, signal } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import type { ProblemCode } from '../api-problem';
import { Hall } from '../design/hall';
import { PageHeading } from '../design/page-heading';
import { backoff, pause } from './backoff';

/** No page without the server. Tries again by itself, ever more seldom. */
@Component({
  selector: 'exco-trouble',
  imports: [Hall, PageHeading],
  template: `
    <exco-hall>
      <div stage>
        <p class="kicker">Exco Live</p>
        <h1 excoPageHeading>{{ code === 'BUSY' ? 'Very many are arriving' : 'We can’t reach Exco Live' }}</h1>
        <p class="lead">
          {{ code === 'BUSY' ? 'You’re in the queue. Your turn comes in a moment.' : 'Nothing is lost. Check your internet connection.' }}
        </p>
      </div>
      <section class="card">
        <h2>This page tries again by itself</h2>
        <p role="status">{{ trying() ? 'Trying now…' : 'Next try in a few seconds.' }}</p>
        <button type="button" class="button" (click)="tryNow()">Try now</button>
      </section>
    </exco-hall>
  `,
})
export class Trouble {
  private readonly router = inject(Router);
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  private readonly leaving = new AbortController();
  protected readonly code = this.query.get('code') as ProblemCode;
  protected readonly trying = signal(false);

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
    if (this.query.has('anew') && navigator.onLine) {
      location.assign(this.query.get('to') ?? '/');
      return;
    }
    await this.router.navigateByUrl(this.query.get('to') ?? '/', { onSameUrlNavigation: 'reload' });
    this.trying.set(false);
  }

  private async keepTrying(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await pause(1_000 + backoff(attempt), this.leaving.signal);
      await this.tryNow();
    }
  }
}
