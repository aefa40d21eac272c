import { Component, computed, inject, type OnInit, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Person } from '@exco/contracts';
import { CurrentEvent } from '../event/current-event';
import { ClockTime, SchoolTime } from '../design/clock-time';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { CurrentStudent } from '../core/current-student';
import { MyGroup } from '../event/my-group';
import { Language } from '../texts/language';

/** The end, in each of its forms: checked out, never checked out, never there. */
@Component({
  selector: 'exco-over',
  imports: [ClockTime, PageLayout, PageHeading, RouterLink, SchoolTime],
  templateUrl: './over.html',
  styleUrl: './over.css',
})
export class Over implements OnInit {
  private readonly router = inject(Router);
  protected readonly t = inject(Language).texts;
  protected readonly event = inject(CurrentEvent);
  protected readonly group = inject(MyGroup);
  private readonly me = inject(CurrentStudent).user;

  protected readonly ending = computed(() => {
    const attendance = this.event.attendance();
    if (!attendance) return 'absent';
    return attendance.checkedOutAt ? 'checked-out' : 'not-checked-out';
  });
  protected readonly checkedInBy = computed(() => this.other(this.event.attendance()?.checkedInBy));
  protected readonly checkedOutBy = computed(() => this.other(this.event.attendance()?.checkedOutBy));
  protected readonly mine = computed(() => (this.group.list() ?? []).filter(({ userId }) => userId !== this.me()?.id));
  protected readonly leftBehind = computed(() => this.event.state() === 'ended' && this.group.stillHere().length > 0);

  protected readonly nothingElse = signal(false);

  private other(by: Person | null | undefined): string | null {
    return by && by.id !== this.me()?.id ? by.displayName : null;
  }

  protected async look(): Promise<void> {
    const before = this.event.view()?.id;
    const current = await this.event.loadCurrent().catch(() => null);
    if (current && current.id !== before) await this.router.navigate(['/events', current.id]);
    else this.nothingElse.set(true);
  }

  ngOnInit(): void {
    const event = this.event.view();
    if (event) this.group.turnTo(event.id);
    // Right after my own check-out the list is known, and newer than what a busy database would answer.
    const isKnown = this.event.attendance()?.checkedOutBy?.id === this.me()?.id && this.group.list();
    if (event && this.event.attendance() && !isKnown) void this.group.load(event.id);
  }
}
