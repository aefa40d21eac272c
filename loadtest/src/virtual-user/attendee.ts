import { setTimeout as sleep } from 'node:timers/promises';
import type { AttendanceView, EventView, EventWithoutAttendance } from '@exco/contracts';
import { between, seeded, type Random } from '../plan/random.ts';
import type { UserPlan } from '../plan/user-plan.ts';
import { now, type UserContext } from './context.ts';
import { LiveConnection, type LiveListener } from './live-connection.ts';
import { Page } from './page.ts';
import { coarse } from './pause.ts';

/** What one virtual user knows: its plan, its page, and what answers and live messages have said so far. */
export class Attendee {
  readonly plan: UserPlan;
  readonly context: UserContext;
  readonly page: Page;
  readonly random: Random;
  readonly live: LiveConnection;
  attendance: AttendanceView | null = null;
  /** Null until the page has asked for it. */
  event: EventView | EventWithoutAttendance | null = null;
  /** What to add to the own clock for the server's, milliseconds. */
  clockOffset = 0;
  /** Who of the classmates was there when the sign-in told of them; null when the page has to ask. */
  present: ReadonlySet<number> | null = null;
  /** The check-in said where the stream is. */
  knowsStream = false;
  /** Whom the check-in says that this student may check out; null when the page has to ask. */
  group: number[] | null = null;
  /** Came before check-in opened. */
  waits = false;
  /** Pressed before the opening, with everything prepared. */
  pressedBefore = false;
  private wake: (() => void) | null = null;
  private isActing = false;
  private heldBack: AttendanceView | null = null;

  constructor(plan: UserPlan, context: UserContext, index: number, listener: LiveListener) {
    this.plan = plan;
    this.context = context;
    this.random = seeded(plan.seed);
    this.page = new Page(context, index, this.random);
    this.live = new LiveConnection(context, index, this.random, listener);
  }

  get path(): string {
    return `/api/events/${this.context.behaviour.eventId}`;
  }

  /** By the server's clock, milliseconds since 1970. */
  serverNow(): number {
    return now() + this.clockOffset;
  }

  /** Thinks, or types, for so many seconds of a person in no hurry. Gives the moment at which that ends. */
  async think(fromSeconds: number, toSeconds: number): Promise<number> {
    return this.wait(between(this.random, fromSeconds, toSeconds) * 1000 * this.context.behaviour.pace);
  }

  /** Waits so many milliseconds, and gives the moment at which that ends. */
  async wait(milliseconds: number): Promise<number> {
    const whole = coarse(Math.max(0, milliseconds));
    const until = now() + whole;
    await sleep(whole);
    return until;
  }

  /** As `think`, but broken off as soon as a classmate has checked this student in. */
  async thinkUnlessIn(fromSeconds: number, toSeconds: number): Promise<number> {
    return this.unlessIn(this.think(fromSeconds, toSeconds));
  }

  async unlessIn(waiting: Promise<number>): Promise<number> {
    if (this.attendance) return now();
    const told = new Promise<number>((resolve) => (this.wake = () => resolve(now())));
    const until = await Promise.race([waiting, told]);
    this.wake = null;
    return until;
  }

  /** The student's own attendance is now this, by an answer or by a live message. */
  told(attendance: AttendanceView, live: boolean): void {
    const { recorder } = this.context;
    const at = (text: string | null) => (text === null ? null : Date.parse(text));
    const checkedInAt = Date.parse(attendance.checkedInAt);
    recorder.log.told.push({
      userId: this.plan.userId,
      checkedInAt,
      checkedInBy: attendance.checkedInBy.id,
      checkedOutAt: at(attendance.checkedOutAt),
      checkedOutBy: attendance.checkedOutBy?.id ?? null,
      committed: attendance.committed,
    });
    if (live && attendance.checkedOutAt === null) {
      const own = attendance.checkedInBy.id === this.plan.userId;
      if (own) recorder.latency('told of one’s own', Date.now() - checkedInAt);
      else if (!this.attendance) recorder.latency('told by a classmate', Date.now() - checkedInAt);
    }
    if (live && this.isActing) this.heldBack = attendance;
    else this.isIn(attendance);
  }

  /** A check-in is under way: as on the page, a live message waits for its answer, which says more. */
  async acting<Result>(act: () => Promise<Result>): Promise<Result> {
    this.isActing = true;
    try {
      return await act();
    } finally {
      this.isActing = false;
      if (this.heldBack && !this.attendance) this.isIn(this.heldBack);
      this.heldBack = null;
    }
  }

  /** A classmate may have done it at any moment. */
  knowsToBeIn(): boolean {
    return this.attendance !== null;
  }

  isIn(attendance: AttendanceView): void {
    if (!this.attendance) this.context.recorder.isIn();
    this.attendance = attendance;
    this.wake?.();
  }
}
