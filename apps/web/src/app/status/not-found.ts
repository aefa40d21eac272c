import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { Language } from '../texts/language';

@Component({
  selector: 'exco-not-found',
  imports: [PageLayout, PageHeading, RouterLink],
  template: `
    <exco-page-layout>
      <div intro>
        <p class="kicker">{{ t().notFound.kicker }}</p>
        <h1 excoPageHeading>{{ t().notFound.heading }}</h1>
        <p class="lead">{{ t().notFound.lead }}</p>
      </div>
      <section class="card">
        <h2>{{ t().notFound.looking }}</h2>
        <p>{{ t().notFound.weTakeYou }}</p>
        <a class="button" routerLink="/">{{ t().notFound.go }}</a>
      </section>
    </exco-page-layout>
  `,
})
export class NotFound {
  protected readonly t = inject(Language).texts;
}
