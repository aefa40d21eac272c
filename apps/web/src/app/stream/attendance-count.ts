import { Component, computed, input } from '@angular/core';
import type { Counts } from '@exco/contracts';
import { Seats, seatCount } from '../design/seats';

const grouped = new Intl.NumberFormat(undefined);

/** The total attendance, live. Who is watching is another figure, and smaller. */
@Component({
  selector: 'exco-attendance-count',
  imports: [Seats],
  template: `
    <div class="figure">
      <p class="total" [class.paused]="paused()" data-testid="total-attendance">{{ total() }}</p>
      <p class="label">Total attendance</p>
      <p class="watching">
        {{ watching() }} watching now
        @if (counts().checkedOut > 0) {
          · {{ checkedOut() }} checked out
        }
      </p>
    </div>
    <exco-seats [lit]="lit()" />
  `,
  styleUrl: './attendance-count.css',
})
export class AttendanceCount {
  readonly counts = input.required<Counts>();
  /** The figures are not live at the moment. */
  readonly paused = input(false);

  protected readonly total = computed(() => grouped.format(this.counts().checkedIn));
  protected readonly watching = computed(() => grouped.format(this.counts().watching));
  protected readonly checkedOut = computed(() => grouped.format(this.counts().checkedOut));
  /** One seat for each student, until all seats of the picture are taken. */
  protected readonly lit = computed(() => Math.min(1, this.counts().checkedIn / seatCount));
}
