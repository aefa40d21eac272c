import { computed, inject, Service, signal } from '@angular/core';
import type { AttendanceView, Counts, EventView, LiveMessage } from '@exco/contracts';
import { Api } from '../core/api';
import { CurrentStudent } from '../core/current-student';
import { Arrivals } from './arrival';
import { retrying } from '../core/retry';
import { Clock } from '../core/clock';
import { OtherTabs } from '../core/other-tabs';
import { nextBoundary, placeOf, stateNow } from './place';

/** The longest a browser's timer can run. */
const longestTimer = 2 ** 31 - 1;

/** The event that the student attends, kept current by answers, live messages and the clock. */
@Service()
export class CurrentEvent {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly student = inject(CurrentStudent);
  private readonly arrivals = inject(Arrivals);
  private readonly tabs = inject(OtherTabs);

  private readonly loaded = signal<EventView | null>(null);
  /** Moves on at each boundary of the event, not every second. */
  private readonly now = signal(0);
  private boundary: ReturnType<typeof setTimeout> | undefined;
  private refreshing: Promise<void> | undefined;

  readonly view = this.loaded.asReadonly();
  readonly state = computed(() => {
    const event = this.loaded();
    return event && stateNow(event, this.now());
  });
  readonly attendance = computed(() => this.loaded()?.attendance ?? null);
  readonly place = computed(() => {
    const state = this.state();
    return state && placeOf(state, this.attendance());
  });
  readonly counts = signal<Counts>({ checkedIn: 0, checkedOut: 0, watching: 0 });

  /** The event of the page's address. @throws ApiProblem */
  async load(eventId: number): Promise<void> {
    if (this.loaded()?.id === eventId) return;
    const askedAt = Date.now();
    this.show(await retrying(() => this.api.event(eventId), { tries: 2 }), askedAt);
  }

  /** The event that matters now; null when there is none. @throws ApiProblem */
  async loadCurrent(): Promise<EventView | null> {
    const askedAt = Date.now();
    const [event] = await retrying(() => this.api.events(), { tries: 2 });
    if (event) this.show(event, askedAt);
    return event ?? null;
  }

  /** Asks again. What cannot be asked now stays as it was. */
  refresh(): Promise<void> {
    this.refreshing ??= this.ask().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** For a question that is asked now: what happens until its answer is there is newer than the answer. */
  question(): (answer: EventView, askedAt?: number) => void {
    const before = this.attendance();
    return (answer, askedAt) => {
      if (this.loaded()?.id !== answer.id) return;
      const attendance = this.attendance() === before ? answer.attendance : this.attendance();
      this.show({ ...answer, attendance }, askedAt);
    };
  }

  receive(message: Exclude<LiveMessage, { type: 'view' }>): void {
    const event = this.loaded();
    if (!event) return;
    switch (message.type) {
      case 'counts':
        this.counts.set(message);
        return;
      case 'event':
        this.show({ ...event, ...message.event });
        return;
      case 'attendance':
        this.attend(message.attendance);
        return;
      case 'opening':
      case 'heartbeat':
        return;
    }
  }

  /** The student’s own attendance is now this. */
  attend(attendance: AttendanceView): void {
    const before = this.attendance();
    const by = attendance.checkedInBy;
    if (!before && by.id !== this.student.user()?.id)
      this.arrivals.latest.set({ broughtBy: by.displayName, brought: [] });
    this.loaded.update((event) => event && { ...event, attendance });
  }

  /** As `attend`, after an act of the student’s own: the other tabs are to know. */
  attended(attendance: AttendanceView): void {
    this.attend(attendance);
    this.tabs.tell('attendance');
  }

  /** After sleep, timers come late and the connection may be gone without a word. */
  wake(): Promise<void> {
    this.lookAtClock();
    return this.refresh();
  }

  private async ask(): Promise<void> {
    const event = this.loaded();
    if (!event) return;
    const askedAt = Date.now();
    const answered = this.question();
    const answer = await this.api.event(event.id).catch(() => null);
    if (answer) answered(answer, askedAt);
  }

  private show(event: EventView, askedAt = Date.now()): void {
    this.clock.set(event.serverTime, askedAt);
    const known = this.loaded()?.id === event.id;
    if (known && event.attendance) this.attend(event.attendance);
    this.loaded.set(event);
    this.counts.set(event.counts);
    this.lookAtClock();
  }

  private lookAtClock(): void {
    clearTimeout(this.boundary);
    const event = this.loaded();
    if (!event) return;
    const now = this.clock.now();
    this.now.set(now);
    const next = nextBoundary(event, now);
    if (next !== null) this.boundary = setTimeout(() => this.lookAtClock(), Math.min(next - now, longestTimer));
  }
}
