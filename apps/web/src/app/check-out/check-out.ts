import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  linkedSignal,
  signal,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import { problemOf, tryingAgain } from '../api-problem';
import { pause } from '../attendance/backoff';
import { Clock } from '../attendance/clock';
import { crowdDelay } from '../attendance/crowd';
import { CurrentEvent } from '../attendance/current-event';
import { ClockTime } from '../design/clock-time';
import { CurrentStudent } from '../sign-in/current-student';
import { Departure } from './departure';

/** The prompt over the stream once the event has ended. */
@Component({
  selector: 'exco-check-out',
  imports: [ClockTime],
  templateUrl: './check-out.html',
  styleUrl: './check-out.css',
})
export class CheckOut {
  private readonly router = inject(Router);
  private readonly clock = inject(Clock);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly leaving = new AbortController();
  /** Whoever presses the button is no crowd: their list is asked for at once. */
  private readonly hurry = new AbortController();
  private loading: Promise<void> = Promise.resolve();
  protected readonly event = inject(CurrentEvent);
  protected readonly departure = inject(Departure);
  protected readonly me = inject(CurrentStudent).user;

  protected readonly busy = signal(false);
  protected readonly news = signal<string | null>(null);
  protected readonly open = signal(true);
  protected readonly selected = linkedSignal<ReadonlySet<number>>(
    () => new Set(this.departure.stillHere().map(({ userId }) => userId)),
  );
  protected readonly onlyMe = computed(() => this.departure.list()?.length === 1);

  constructor() {
    afterNextRender(() => this.dialog().nativeElement.showModal());
    const cameForTheOthers = this.event.place() === 'over';
    effect(() => {
      const isDone = cameForTheOthers
        ? this.departure.list() && this.departure.stillHere().length === 0
        : this.event.place() === 'over';
      if (isDone) void this.router.navigate(['/events', this.event.view()?.id, 'over'], { replaceUrl: true });
    });
    inject(DestroyRef).onDestroy(() => this.leaving.abort());
    this.load();
  }

  protected load(): void {
    this.loading = this.loadList().catch(() => undefined);
  }

  protected choose(userId: number, chosen: boolean): void {
    const others = [...this.selected()].filter((id) => id !== userId);
    this.selected.set(new Set(chosen ? [...others, userId] : others));
  }

  protected show(): void {
    this.open.set(true);
    this.dialog().nativeElement.showModal();
  }

  protected async checkOut(): Promise<void> {
    const event = this.event.view();
    const me = this.me();
    if (!event || !me || this.busy()) return;
    if (!this.departure.list()) {
      this.busy.set(true);
      this.hurry.abort();
      await this.loading;
      this.busy.set(false);
      if (!this.departure.list()) return;
    }
    if (this.selected().size === 0) {
      this.news.set('Choose at least one.');
      return;
    }
    this.busy.set(true);
    this.news.set(null);
    const { signal } = this.leaving;
    try {
      await this.departure.send(
        event.id,
        { id: me.id, displayName: me.displayName },
        [...this.selected()],
        signal,
        (wait, problem) => this.news.set(tryingAgain(wait, problem)),
      );
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      this.news.set(problem.message);
      if (problem.code === 'CHECK_OUT_NOT_OPEN' || problem.code === 'CHECK_OUT_CLOSED') await this.event.refresh();
    } finally {
      this.busy.set(false);
    }
  }

  private async loadList(): Promise<void> {
    const event = this.event.view();
    if (!event) return;
    this.departure.turnTo(event.id);
    if (this.departure.list()) return;
    const delay = crowdDelay(event.endsAt, this.clock.now(), this.event.counts().watching);
    await pause(delay, AbortSignal.any([this.leaving.signal, this.hurry.signal])).catch(() =>
      this.leaving.signal.throwIfAborted(),
    );
    await this.departure.load(event.id);
  }
}
