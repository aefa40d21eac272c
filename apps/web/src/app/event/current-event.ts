import { computed, effect, inject, Service, signal } from '@angular/core';
import type { AttendanceView, Counts, EventView, LiveMessage, OpeningWindows } from '@exco/contracts';
import { Clock } from '../core/clock';
import { CurrentStudent } from '../core/current-student';
import { line } from '../core/line';
import { OtherTabs } from '../core/other-tabs';
import { pause } from '../core/retry';
import { Arrivals } from './arrival';
import { EventRequests } from './event-requests';
import { apply, type EventState, type Source } from './event-state';
import { nextBoundary, placeOf, stateNow } from './place';

/** The longest a browser's timer can run. */
const longestTimer = 2 ** 31 - 1;
/** So long a live message waits for the answer to an act of this page: it must not be late itself. */
const longestHoldBack = 1_500;
const noCounts: Counts = { checkedIn: 0, checkedOut: 0, watching: 0 };

/** The event that the student attends, kept current by answers, live messages and the clock. */
@Service()
export class CurrentEvent {
  private readonly requests = inject(EventRequests);
  private readonly clock = inject(Clock);
  private readonly student = inject(CurrentStudent);
  private readonly arrivals = inject(Arrivals);
  private readonly tabs = inject(OtherTabs);

  private readonly known = signal<EventState | null>(null);
  /** Moves on at each boundary of the event, not every second. */
  private readonly now = signal(0);
  private boundary: ReturnType<typeof setTimeout> | undefined;
  /** The question that runs, and the one that follows it. */
  private refreshing: Promise<void> | undefined;
  private refreshingNext: Promise<void> | undefined;
  private act: Promise<void> | undefined;
  /** Counts the events asked for: only the answer to the last question is shown. */
  private opened = 0;

  readonly view = computed(() => this.known()?.event ?? null);
  /** Rises with every change that the host makes. */
  readonly revision = computed(() => this.known()?.eventRevision ?? 0);
  readonly attendance = computed(() => this.known()?.attendance ?? null);
  readonly counts = computed(() => this.known()?.counts ?? noCounts);
  readonly state = computed(() => {
    const event = this.view();
    return event && stateNow(event, this.now());
  });
  readonly place = computed(() => {
    const state = this.state();
    return state && placeOf(state, this.attendance());
  });
  /** From `preparesAt` on a page may get ready for the opening. */
  readonly mayPrepare = computed(() => {
    const event = this.view();
    return event !== null && (this.state() !== 'scheduled' || this.now() >= Date.parse(event.preparesAt));
  });

  constructor() {
    const pages = computed(() => {
      const known = this.known();
      return known && Math.max(known.counts.watching, known.event.opening?.waiting ?? 0);
    });
    effect(() => line.isSharedBy(pages()));
  }

  /** The event of the page's address. @throws ApiProblem */
  async load(eventId: number): Promise<void> {
    const opened = ++this.opened;
    if (this.view()?.id === eventId) return;
    const event = await this.requests.event(eventId);
    if (this.opened === opened) this.show(event, 'answer');
  }

  /** The event that matters now; null when there is none. @throws ApiProblem */
  async loadCurrent(): Promise<EventView | null> {
    const opened = ++this.opened;
    const event = await this.requests.current();
    if (event && this.opened === opened) this.show(event, 'answer');
    return event;
  }

  /** Asks for the event, after this call: an answer to an earlier question may be older. What fails changes nothing. */
  refresh(): Promise<void> {
    if (!this.refreshing) {
      this.refreshing = this.ask().finally(() => (this.refreshing = undefined));
      return this.refreshing;
    }
    this.refreshingNext ??= this.refreshing.then(() => {
      this.refreshingNext = undefined;
      return this.refresh();
    });
    return this.refreshingNext;
  }

  /** A new live connection counts its messages anew. */
  connecting(): void {
    this.known.update((state) => state && { ...state, countsRevision: null });
  }

  receive(message: LiveMessage): void {
    switch (message.type) {
      case 'counts':
        this.known.update(
          (state) =>
            state && apply(state, 'live', message.seq, { part: 'counts', eventId: message.eventId, counts: message }),
        );
        return;
      case 'view':
        this.show(message.event, 'live');
        return;
      case 'event':
        this.clock.atLeast(message.event.serverTime);
        this.known.update(
          (state) => state && apply(state, 'live', message.event.revision, { part: 'event', event: message.event }),
        );
        this.lookAtClock();
        return;
      case 'attendance':
        void this.hear(message.attendance);
        return;
      case 'opening':
        this.widen(message);
        return;
      case 'heartbeat':
        this.clock.atLeast(message.serverTime);
        return;
    }
  }

  /** An act of this page changed the student's attendance at the event: the other tabs are to know. */
  attended(eventId: number, attendance: AttendanceView): void {
    const state = this.known();
    if (state?.event.id === eventId) {
      // The answer to an act carries no revision: a committed one is at least the next.
      const revision = Math.max(attendance.revision, state.attendanceRevision + Number(attendance.committed));
      this.attend('own', revision, attendance);
    }
    this.tabs.tell('attendance');
  }

  /** The answer to an act of this page says more than the live message that tells of it: the message waits for it. */
  async acting(act: () => Promise<void>): Promise<void> {
    const over = act();
    this.act = over;
    try {
      await over;
    } finally {
      if (this.act === over) this.act = undefined;
    }
  }

  /** After sleep, timers come late and the connection may be gone without a word. */
  wake(): Promise<void> {
    this.lookAtClock();
    return this.refresh();
  }

  private async hear(attendance: AttendanceView): Promise<void> {
    const eventId = this.view()?.id;
    if (this.act) await Promise.race([this.act.catch(() => undefined), pause(longestHoldBack)]);
    if (this.view()?.id === eventId) this.attend('live', attendance.revision, attendance);
  }

  private attend(source: Source, revision: number, attendance: AttendanceView | null): void {
    const before = this.known();
    if (!before) return;
    const after = apply(before, source, revision, { part: 'attendance', attendance });
    const by = after.attendance?.checkedInBy;
    if (!before.attendance && by && by.id !== this.student.user()?.id)
      this.arrivals.tell(after.event.id, { broughtBy: by.displayName, brought: [] });
    this.known.set(after);
  }

  private async ask(): Promise<void> {
    const eventId = this.view()?.id;
    if (eventId === undefined) return;
    const event = await this.requests.again(eventId);
    if (event && this.view()?.id === eventId) this.show(event, 'answer');
  }

  private show(view: EventView, source: Source): void {
    const { attendance, attendanceRevision, counts, revision, ...event } = view;
    const before = this.known();
    this.clock.atLeast(event.serverTime);
    if (before?.event.id === event.id) {
      const withEvent = apply(before, source, revision, { part: 'event', event });
      this.known.set(apply(withEvent, 'answer', 0, { part: 'counts', eventId: event.id, counts }));
    } else {
      // Another event: the page that opens it asked for it.
      if (source === 'live') return;
      const nothing = { attendance: null, attendanceRevision: 0, counts, countsRevision: null };
      this.known.set({ event, eventRevision: revision, ...nothing });
      // Whoever is in already was told so when they came in.
      if (attendance) this.known.update((state) => state && { ...state, attendance, attendanceRevision });
    }
    this.attend(source, attendanceRevision, attendance);
    this.lookAtClock();
  }

  private widen(windows: OpeningWindows): void {
    const { waiting, prepareWithinMilliseconds, sendWithinMilliseconds } = windows;
    this.known.update((state) => {
      if (!state?.event.opening) return state;
      const opening = { ...state.event.opening, waiting, prepareWithinMilliseconds, sendWithinMilliseconds };
      return { ...state, event: { ...state.event, opening } };
    });
  }

  private lookAtClock(): void {
    clearTimeout(this.boundary);
    const event = this.view();
    if (!event) return;
    const now = this.clock.now();
    this.now.set(now);
    const next = nextBoundary(event, now);
    if (next !== null) this.boundary = setTimeout(() => this.lookAtClock(), Math.min(next - now, longestTimer));
  }
}
