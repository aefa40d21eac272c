import { Component, computed, DestroyRef, effect, inject, signal, untracked } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';
import type { StreamView } from '@exco/contracts';
import { type ApiProblem, problemOf } from '../core/api-problem';
import { Arrivals } from '../event/arrival';
import { CurrentEvent } from '../event/current-event';
import { drafts } from '../event/draft';
import { LiveConnection } from '../event/live-connection';
import { MyGroup } from '../event/my-group';
import { ClockTime } from '../design/clock-time';
import { Countdown } from '../event/countdown';
import { PageHeading } from '../design/page-heading';
import { CurrentStudent } from '../core/current-student';
import { pause } from '../core/retry';
import { ArrivalNote } from './arrival-note';
import { AttendanceCount } from './attendance-count';
import { Player } from './player';
import { reloadForNewHost } from './reload-for-new-host';
import { StreamAddress } from '../event/stream-address';
import { Language } from '../texts/language';

/** Whoever did not check in on this page asks whom to check out, within so long: not all at the same moment. */
const prepareWithin = 15_000;
/** The host changed the event, its address perhaps. */
const askAgainWithin = 2_500;

@Component({
  selector: 'exco-stream',
  imports: [ArrivalNote, AttendanceCount, ClockTime, Countdown, PageHeading, Player, RouterLink, RouterOutlet],
  templateUrl: './stream.html',
  styleUrl: './stream.css',
})
export class Stream {
  private readonly source = inject(StreamAddress);
  private readonly arrivals = inject(Arrivals);
  private readonly leaving = new AbortController();
  private readonly group = inject(MyGroup);
  protected readonly t = inject(Language).texts;
  protected readonly event = inject(CurrentEvent);
  protected readonly live = inject(LiveConnection).status;
  private readonly student = inject(CurrentStudent);

  protected readonly stream = signal<StreamView | null>(null);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly checkedInBy = computed(() => {
    const by = this.event.attendance()?.checkedInBy;
    const isSaid = this.arrivals.latest(this.event.view()?.id ?? 0)?.broughtBy;
    return by && !isSaid && by.id !== this.student.user()?.id ? by.displayName : null;
  });

  /** A page of the stream is open beside the picture: classmates, or the check-out. */
  protected readonly isBringing = signal(false);
  /** Until the end of the event, and not while it is done already. */
  protected readonly mayBring = computed(() => this.event.place() === 'stream' && !this.isBringing());
  /** Whom I had typed when a classmate brought me. */
  protected readonly unfinished = computed(() => {
    const me = this.student.user();
    const event = this.event.view();
    if (!me || !event || !this.mayBring()) return 0;
    return Object.keys(drafts.read(event.id, me.id).classmates).length;
  });

  constructor() {
    const eventId = computed(() => this.event.view()?.id);
    effect(() => {
      const id = eventId();
      if (id !== undefined) untracked(() => void this.load(id));
    });
    reloadForNewHost(inject(DestroyRef));
    let revision = this.event.revision();
    effect(() => {
      if (this.event.revision() === revision) return;
      revision = this.event.revision();
      untracked(() => void this.addressAgain());
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

  /** Every page hears of the change in the same moment. */
  private async addressAgain(): Promise<void> {
    const eventId = this.event.view()?.id;
    if (eventId === undefined || !this.stream()) return;
    await pause(Math.random() * askAgainWithin, this.leaving.signal).catch(() => undefined);
    if (this.leaving.signal.aborted) return;
    const stream = await this.source.again(eventId);
    const known = this.stream();
    if (!stream || this.event.view()?.id !== eventId) return;
    if (stream.url !== known?.url || stream.fallbackUrl !== known.fallbackUrl) this.stream.set(stream);
  }

  private prepare(): void {
    const event = this.event.view();
    if (event && this.event.place() === 'stream') void this.group.prepare(event.id);
  }
}
