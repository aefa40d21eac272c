import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { Language } from '../texts/language';

@Component({
  selector: 'exco-nothing-on',
  imports: [PageLayout, PageHeading],
  template: `
    <exco-page-layout>
      <div intro>
        <p class="kicker">Exco Live</p>
        <h1 excoPageHeading>{{ t().nothingOn.heading }}</h1>
        <p class="lead">{{ t().nothingOn.lead }}</p>
      </div>
      <section class="card">
        <h2>{{ t().nothingOn.expecting }}</h2>
        <p>{{ t().nothingOn.askTeacher }}</p>
        <p role="status">{{ looked() ? t().nothingOn.stillNothing : '' }}</p>
        <button type="button" class="button" (click)="look()">{{ t().nothingOn.lookAgain }}</button>
      </section>
    </exco-page-layout>
  `,
})
export class NothingOn {
  private readonly router = inject(Router);
  protected readonly t = inject(Language).texts;
  protected readonly looked = signal(false);

  protected async look(): Promise<void> {
    this.looked.set(false);
    await this.router.navigateByUrl('/', { onSameUrlNavigation: 'reload' });
    this.looked.set(true);
  }
}
