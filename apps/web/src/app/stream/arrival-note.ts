import { Component, computed, inject, input } from '@angular/core';
import type { CheckInOutcome } from '@exco/contracts';
import { Arrivals } from '../event/arrival';

const cameAlong: readonly CheckInOutcome[] = ['checked-in', 'queued'];

const reasons: Partial<Record<CheckInOutcome, string>> = {
  'already-checked-in': 'was already checked in',
  'wrong-digits': 'is not checked in: the digits didn’t match',
  locked: 'is not checked in: too many wrong tries',
  refused: 'can’t be checked in: ask your school',
};

/** Says once who checked the student in, who came along and who did not. */
@Component({
  selector: 'exco-arrival-note',
  template: `
    <div role="status">
      @if (isShown() && arrival(); as now) {
        <div class="arrival">
          <div>
            @if (now.broughtBy; as name) {
              <p class="first">{{ name }} checked you in</p>
            }
            @if (along(); as names) {
              <p>Came along: {{ names }}</p>
            }
            @for (classmate of others(); track $index) {
              <p>{{ classmate.displayName }} {{ reasons[classmate.outcome] }}</p>
            }
          </div>
          <button type="button" class="close" aria-label="Close this note" (click)="close()">×</button>
        </div>
      }
    </div>
  `,
  styleUrl: './arrival-note.css',
})
export class ArrivalNote {
  readonly eventId = input.required<number>();

  private readonly arrivals = inject(Arrivals);
  protected readonly reasons = reasons;
  protected readonly arrival = computed(() => this.arrivals.latest(this.eventId()));
  protected readonly along = computed(() => {
    const names = this.brought().filter(({ outcome }) => cameAlong.includes(outcome));
    return names.map(({ displayName }) => displayName).join(', ');
  });
  protected readonly others = computed(() => this.brought().filter(({ outcome }) => !cameAlong.includes(outcome)));
  /** The page says when I checked in myself: here is only what it does not say. */
  protected readonly isShown = computed(() => this.arrival()?.broughtBy || this.brought().length > 0);
  private readonly brought = computed(() => this.arrival()?.brought ?? []);

  protected close(): void {
    this.arrivals.close();
  }
}
