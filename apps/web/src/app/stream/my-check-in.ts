import { Component, computed, inject } from '@angular/core';
import { CurrentStudent } from '../core/current-student';
import { ClockTime } from '../design/clock-time';
import { Arrivals } from '../event/arrival';
import { CurrentEvent } from '../event/current-event';
import { Language } from '../texts/language';

/** When the student was checked in, and by whom, unless the arrival note says that already. */
@Component({
  selector: 'exco-my-check-in',
  imports: [ClockTime],
  template: `
    @if (event.attendance(); as attendance) {
      <p>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12.5 4.5 4.5L19 7.5" /></svg>
        <span>
          @let at = attendance.checkedInAt | clockTime;
          @if (checkedInBy(); as name) {
            {{ t().stream.checkedInByAt(name, at) }}
          } @else {
            {{ t().stream.checkedInAt(at) }}
          }
        </span>
      </p>
    }
  `,
  styleUrl: './my-check-in.css',
})
export class MyCheckIn {
  private readonly arrivals = inject(Arrivals);
  private readonly student = inject(CurrentStudent);
  protected readonly event = inject(CurrentEvent);
  protected readonly t = inject(Language).texts;

  protected readonly checkedInBy = computed(() => {
    const by = this.event.attendance()?.checkedInBy;
    const isSaid = this.arrivals.latest(this.event.view()?.id ?? 0)?.broughtBy;
    return by && !isSaid && by.id !== this.student.user()?.id ? by.displayName : null;
  });
}
