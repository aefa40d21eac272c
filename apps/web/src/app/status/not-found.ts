import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';

@Component({
  selector: 'exco-not-found',
  imports: [PageLayout, PageHeading, RouterLink],
  template: `
    <exco-page-layout>
      <div intro>
        <p class="kicker">Not found</p>
        <h1 excoPageHeading>There is nothing here</h1>
        <p class="lead">The link may be old, or a letter of it got lost.</p>
      </div>
      <section class="card">
        <h2>Looking for the event?</h2>
        <p>We take you to the one that is on now.</p>
        <a class="button" routerLink="/">Go to the event</a>
      </section>
    </exco-page-layout>
  `,
})
export class NotFound {}
