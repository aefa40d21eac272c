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
import { problemOf, type Said, tryingAgain } from '../core/api-problem';
import { CurrentEvent } from '../event/current-event';
import { ClockTime } from '../design/clock-time';
import { CurrentStudent } from '../core/current-student';
import { MyGroup } from '../event/my-group';
import { Language } from '../texts/language';

/** The prompt over the stream once the event has ended. */
@Component({
  selector: 'exco-check-out',
  imports: [ClockTime],
  templateUrl: './check-out.html',
  styleUrl: './check-out.css',
})
export class CheckOut {
  private readonly router = inject(Router);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly leaving = new AbortController();
  /** A student who presses the button does not wait for the spread: the list is asked for at once. */
  private readonly hurry = new AbortController();
  private loading: Promise<void> = Promise.resolve();
  protected readonly t = inject(Language).texts;
  protected readonly event = inject(CurrentEvent);
  protected readonly group = inject(MyGroup);
  protected readonly me = inject(CurrentStudent).user;

  protected readonly busy = signal(false);
  protected readonly news = signal<Said | null>(null);
  protected readonly open = signal(true);
  protected readonly selected = linkedSignal<ReadonlySet<number>>(
    () => new Set(this.group.stillHere().map(({ userId }) => userId)),
  );
  protected readonly onlyMe = computed(() => this.group.list()?.length === 1);

  constructor() {
    afterNextRender(() => this.dialog().nativeElement.showModal());
    const cameForTheOthers = this.event.place() === 'over';
    effect(() => {
      const isDone = cameForTheOthers
        ? this.group.list() && this.group.stillHere().length === 0
        : this.event.place() === 'over';
      if (isDone) void this.router.navigate(['/events', this.event.view()?.id, 'over'], { replaceUrl: true });
    });
    inject(DestroyRef).onDestroy(() => this.leaving.abort());
    this.load();
  }

  protected load(): void {
    const event = this.event.view();
    if (!event) return;
    const { signal } = this.leaving;
    this.loading = this.group.loadAtTheEnd(event, signal, this.hurry.signal).catch(() => undefined);
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
    if (!event || this.busy()) return;
    if (!this.group.list()) {
      this.busy.set(true);
      this.hurry.abort();
      await this.loading;
      this.busy.set(false);
      if (!this.group.list()) return;
    }
    if (this.selected().size === 0) {
      this.news.set(({ checkOut }) => checkOut.chooseOne);
      return;
    }
    this.busy.set(true);
    this.news.set(null);
    const { signal } = this.leaving;
    try {
      await this.group.send(event.id, [...this.selected()], signal, (wait, problem) =>
        this.news.set(tryingAgain(wait, problem)),
      );
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      this.news.set(problem.said);
      if (problem.code === 'CHECK_OUT_NOT_OPEN' || problem.code === 'CHECK_OUT_CLOSED') await this.event.refresh();
    } finally {
      this.busy.set(false);
    }
  }
}
