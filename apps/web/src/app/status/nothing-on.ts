import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';

@Component({
  selector: 'exco-nothing-on',
  imports: [PageLayout, PageHeading],
  template: `
    <exco-page-layout>
      <div intro>
        <p class="kicker">Exco Live</p>
        <h1 excoPageHeading>Nothing on right now</h1>
        <p class="lead">When your school plans an event, you’ll find it here.</p>
      </div>
      <section class="card">
        <h2>Expecting one?</h2>
        <p>Ask your teacher when it starts, then look again.</p>
        <p role="status">{{ looked() ? 'We looked: still nothing.' : '' }}</p>
        <button type="button" class="button" (click)="look()">Look again</button>
      </section>
    </exco-page-layout>
  `,
})
export class NothingOn {
  private readonly router = inject(Router);
  protected readonly looked = signal(false);

  protected async look(): Promise<void> {
    this.looked.set(false);
    await this.router.navigateByUrl('/', { onSameUrlNavigation: 'reload' });
    this.looked.set(true);
  }
}
