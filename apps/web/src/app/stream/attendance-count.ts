import { Component, computed, inject, input } from '@angular/core';
import type { Counts } from '@exco/contracts';
import { Seats, seatCount } from '../design/seats';
import { Language } from '../texts/language';

/** The total attendance, live. Who is watching is another figure, and smaller. */
@Component({
  selector: 'exco-attendance-count',
  imports: [Seats],
  template: `
    <div class="figure">
      <p class="total" [class.paused]="paused()" data-testid="total-attendance">{{ total() }}</p>
      <p class="label">{{ t().stream.total }}</p>
      <p class="watching">
        {{ t().stream.watching(counts().watching) }}
        @if (counts().checkedOut > 0) {
          · {{ t().stream.checkedOut(counts().checkedOut) }}
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

  private readonly language = inject(Language);
  protected readonly t = this.language.texts;
  protected readonly total = computed(() => this.language.forms().number(this.counts().checkedIn));
  /** One seat for each student, until all seats of the picture are taken. */
  protected readonly lit = computed(() => Math.min(1, this.counts().checkedIn / seatCount));
}
