import { DestroyRef, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CurrentStudent } from '../core/current-student';
import { OtherTabs } from '../core/other-tabs';
import { CurrentEvent } from './current-event';

/** Brings this tab up to date when another one of the browser changed the session or the attendance. */
export function followOtherTabs(): void {
  const event = inject(CurrentEvent);
  const student = inject(CurrentStudent);
  const followSession = async () => {
    // The same personal link, opened once more, changes nothing: what was typed here stays. Nothing that this tab knows
    // belongs to another student.
    if (!(await student.isStillTheSame())) location.reload();
  };
  inject(OtherTabs)
    .news.pipe(takeUntilDestroyed(inject(DestroyRef)))
    .subscribe((news) => void (news === 'attendance' ? event.refresh() : followSession()));
}
