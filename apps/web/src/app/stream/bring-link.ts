import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Drafts } from '../event/draft';
import { Language } from '../texts/language';

/** The way to the classmates' page; who had typed some before being checked in by a classmate is told so. */
@Component({
  selector: 'exco-bring-link',
  imports: [RouterLink],
  template: `
    @if (unfinished() > 0) {
      <div class="unfinished">
        <p>{{ t().bring.unfinished(unfinished()) }}</p>
        <a class="button" [routerLink]="['/events', eventId(), 'stream', 'classmates']" [state]="{ send: true }">
          {{ t().bring.finish }}
        </a>
      </div>
    } @else {
      <a class="button bring" [routerLink]="['/events', eventId(), 'stream', 'classmates']">{{ t().bring.open }}</a>
    }
  `,
  styleUrl: './bring-link.css',
})
export class BringLink {
  readonly eventId = input.required<number>();

  private readonly drafts = inject(Drafts);
  protected readonly t = inject(Language).texts;
  protected readonly unfinished = computed(() => Object.keys(this.drafts.read(this.eventId()).classmates).length);
}
