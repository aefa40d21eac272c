import { Component, inject } from '@angular/core';
import { ClockTime } from '../design/clock-time';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { Countdown } from '../event/countdown';
import { CurrentEvent } from '../event/current-event';

/** Before the opening. The page goes on by itself. */
@Component({
  selector: 'exco-waiting',
  imports: [ClockTime, Countdown, PageLayout, PageHeading],
  template: `
    @if (event.view(); as view) {
      <exco-page-layout>
        <div intro>
          <p class="kicker">Check-in opens {{ view.opensAt | clockTime }}</p>
          <h1 excoPageHeading>{{ view.title }}</h1>
          <exco-countdown [until]="view.opensAt" label="Opens in" />
        </div>
        <section class="card">
          <h2>You’re early. That’s good.</h2>
          <p>Leave this page open: check-in opens here by itself.</p>
          <dl class="facts">
            <div>
              <dt>Check-in</dt>
              <dd>{{ view.opensAt | clockTime }}</dd>
            </div>
            <div>
              <dt>Live</dt>
              <dd>{{ view.startsAt | clockTime }}</dd>
            </div>
            <div>
              <dt>Ends</dt>
              <dd>{{ view.endsAt | clockTime }}</dd>
            </div>
          </dl>
          <h3>Have ready</h3>
          <ul class="tips">
            <li>The last four digits of your username.</li>
            <li>The same of every classmate who sits with you and has no screen.</li>
          </ul>
        </section>
      </exco-page-layout>
    }
  `,
})
export class Waiting {
  protected readonly event = inject(CurrentEvent);
}
