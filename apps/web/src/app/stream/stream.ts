import { Component, computed, DestroyRef, effect, inject, signal, untracked } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import type { StreamView } from '@exco/contracts';
import { type ApiProblem, problemOf } from '../core/api-problem';
import { CurrentEvent } from '../event/current-event';
import { LiveConnection } from '../event/live-connection';
import { MyGroup } from '../event/my-group';
import { ClockTime } from '../design/clock-time';
import { Countdown } from '../event/countdown';
import { PageHeading } from '../design/page-heading';
import { CurrentStudent } from '../core/current-student';
import { ArrivalNote } from './arrival-note';
import { AttendanceCount } from './attendance-count';
import { Player } from './player';
import { StreamAddress } from '../event/stream-address';

/** Whoever did not check in on this page asks whom to check out, within so long: not all at the same moment. */
const prepareWithin = 15_000;

@Component({
  selector: 'exco-stream',
  imports: [ArrivalNote, AttendanceCount, ClockTime, Countdown, PageHeading, Player, RouterOutlet],
  templateUrl: './stream.html',
  styleUrl: './stream.css',
})
export class Stream {
  private readonly source = inject(StreamAddress);
  private readonly leaving = new AbortController();
  private readonly group = inject(MyGroup);
  protected readonly event = inject(CurrentEvent);
  protected readonly live = inject(LiveConnection).status;
  private readonly student = inject(CurrentStudent);

  protected readonly stream = signal<StreamView | null>(null);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly checkedInBy = computed(() => {
    const by = this.event.attendance()?.checkedInBy;
    return by && by.id !== this.student.user()?.id ? by.displayName : null;
  });

  constructor() {
    const eventId = computed(() => this.event.view()?.id);
    effect(() => {
      const id = eventId();
      if (id !== undefined) untracked(() => void this.load(id));
    });
    const preparing = setTimeout(() => this.prepare(), Math.random() * prepareWithin);
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(preparing);
      this.leaving.abort();
    });
  }

  protected async load(eventId: number): Promise<void> {
    this.problem.set(null);
    const { signal } = this.leaving;
    try {
      const waiting = (_: number, problem: ApiProblem) => this.problem.set(problem);
      this.stream.set(await this.source.of(eventId, { signal, waiting }));
      this.problem.set(null);
    } catch (error) {
      if (signal.aborted) return;
      this.problem.set(problemOf(error));
      // The server knows nothing of the check-in: the event’s own answer says where the student belongs.
      if (problemOf(error).code === 'CHECK_IN_REQUIRED') await this.event.refresh();
    }
  }

  private prepare(): void {
    const event = this.event.view();
    if (event && this.event.place() === 'stream') void this.group.prepare(event.id);
  }
}
