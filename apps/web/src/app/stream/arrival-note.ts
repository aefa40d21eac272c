import { Component, computed, inject, input } from '@angular/core';
import type { CheckInOutcome } from '@exco/contracts';
import { Arrivals, type Brought } from '../event/arrival';
import { Language } from '../texts/language';

const cameAlong: readonly CheckInOutcome[] = ['checked-in', 'queued'];

/** Says once who checked the student in, who came along and who did not. */
@Component({
  selector: 'exco-arrival-note',
  template: `
    <div role="status">
      @if (isShown() && arrival(); as now) {
        <div class="arrival">
          <div>
            @if (now.broughtBy; as name) {
              <p class="first">{{ t().arrival.broughtBy(name) }}</p>
            }
            @if (along().length > 0) {
              <p>{{ t().arrival.cameAlong(along()) }}</p>
            }
            @for (classmate of others(); track $index) {
              <p>{{ says(classmate) }}</p>
            }
          </div>
          <button type="button" class="close" [attr.aria-label]="t().arrival.close" (click)="close()">×</button>
        </div>
      }
    </div>
  `,
  styleUrl: './arrival-note.css',
})
export class ArrivalNote {
  readonly eventId = input.required<number>();

  private readonly arrivals = inject(Arrivals);
  protected readonly t = inject(Language).texts;
  protected readonly arrival = computed(() => this.arrivals.latest(this.eventId()));
  protected readonly along = computed(() => {
    const names = this.brought().filter(({ outcome }) => cameAlong.includes(outcome));
    return names.map(({ displayName }) => displayName);
  });
  protected readonly others = computed(() => this.brought().filter(({ outcome }) => !cameAlong.includes(outcome)));
  /** The page says when I checked in myself: here is only what it does not say. */
  protected readonly isShown = computed(() => this.arrival()?.broughtBy || this.brought().length > 0);
  private readonly brought = computed(() => this.arrival()?.brought ?? []);

  protected says({ displayName, outcome }: Brought): string {
    const { arrival } = this.t();
    switch (outcome) {
      case 'already-checked-in':
        return arrival.alreadyIn(displayName);
      case 'wrong-digits':
        return arrival.wrongDigits(displayName);
      case 'locked':
        return arrival.locked(displayName);
      case 'refused':
        return arrival.refused(displayName);
      case 'checked-in':
      case 'queued':
        return arrival.cameAlong([displayName]);
    }
  }

  protected close(): void {
    this.arrivals.close();
  }
}
