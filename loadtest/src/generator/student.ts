import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  eventView,
  session,
  streamView,
  type AttendanceView,
  type EventView,
  type EventWithoutAttendance,
  type LiveEventState,
} from '@exco/contracts';
import { tries } from '@exco/page-rules';
import type { Part } from '../plan/cast.ts';
import { between, seeded, type Random } from '../plan/random.ts';
import { checkInPage } from './check-in-page.ts';
import { checkOutPage, prepareToLeave } from './check-out-page.ts';
import { LiveWatch } from './live-watch.ts';
import { GaveUp, Page } from './page.ts';
import { coarse } from './pause.ts';
import { now, type Stage } from './stage.ts';

const eventViews = z.array(eventView);
/** A page that reaches nobody says so, and keeps trying by itself. */
const triesToCome = 60;

/** One student, from opening the page to having left. */
export class Student {
  readonly part: Part;
  readonly stage: Stage;
  readonly page: Page;
  readonly random: Random;
  readonly live: LiveWatch;
  attendance: AttendanceView | null = null;
  /** The check-in said where the stream is. */
  knowsStream = false;
  /** Whom the check-in says that this student may check out; null when the page has to ask. */
  companions: number[] | null = null;
  /** On the stream, or as far as this student will ever get. */
  settled = false;
  finished = false;
  private wake: (() => void) | null = null;
  private leaving = false;

  constructor(part: Part, stage: Stage, index: number) {
    this.part = part;
    this.stage = stage;
    this.random = seeded(part.seed);
    this.page = new Page(stage, index, this.random);
    this.live = new LiveWatch(stage, index, this.random, {
      event: (event) => this.hear(event),
      attendance: (attendance) => this.told(attendance, true),
      view: (event) => this.learn(event),
    });
  }

  get path(): string {
    return `/api/events/${this.stage.direction.eventId}`;
  }

  /** @param intendedAt when the plan lets this student open the page, milliseconds since 1970 */
  async attend(intendedAt: number): Promise<void> {
    try {
      await this.arrive(intendedAt);
      if (!this.attendance) await checkInPage(this);
      await this.watch();
      void this.prepare();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    } finally {
      this.settled = true;
    }
  }

  close(): void {
    this.live.release();
    this.page.close();
  }

  /** Thinks, or types, for so many seconds of an unhurried person. Gives the moment at which that ends. */
  async think(fromSeconds: number, toSeconds: number): Promise<number> {
    const milliseconds = coarse(between(this.random, fromSeconds, toSeconds) * 1000 * this.stage.direction.pace);
    const until = now() + milliseconds;
    await sleep(milliseconds);
    return until;
  }

  /** As `think`, but broken off as soon as a classmate has checked this student in. */
  async thinkUnlessIn(fromSeconds: number, toSeconds: number): Promise<number> {
    if (this.attendance) return now();
    const told = new Promise<number>((resolve) => (this.wake = () => resolve(now())));
    const until = await Promise.race([this.think(fromSeconds, toSeconds), told]);
    this.wake = null;
    return until;
  }

  /** The student's own attendance is now this, by an answer or by a live message. */
  told(attendance: AttendanceView, live: boolean): void {
    const { recorder } = this.stage;
    const at = (text: string | null) => (text === null ? null : Date.parse(text));
    const checkedInAt = Date.parse(attendance.checkedInAt);
    recorder.log.told.push({
      userId: this.part.userId,
      checkedInAt,
      checkedInBy: attendance.checkedInBy.id,
      checkedOutAt: at(attendance.checkedOutAt),
      checkedOutBy: attendance.checkedOutBy?.id ?? null,
      committed: attendance.committed,
    });
    if (!this.attendance && live) recorder.latency('told by a classmate', Date.now() - checkedInAt);
    this.isIn(attendance);
  }

  /** A classmate may have done it at any moment. */
  knowsToBeIn(): boolean {
    return this.attendance !== null;
  }

  isIn(attendance: AttendanceView): void {
    if (!this.attendance) this.stage.recorder.isIn();
    this.attendance = attendance;
    this.wake?.();
  }

  private async arrive(intendedAt: number): Promise<void> {
    this.stage.recorder.count('arrived');
    // The page asks who sits here before it shows the sign-in form.
    await this.page.ask({
      step: 'open page',
      method: 'GET',
      path: '/api/session',
      intendedAt,
      tries: triesToCome,
      schema: session,
      alsoFine: [401],
    });
    const typed = await this.think(2, 4);
    const { body: who } = await this.page.ask({
      step: 'sign-in',
      method: 'POST',
      path: '/api/session',
      body: { username: this.part.username },
      intendedAt: typed,
      tries: tries.signIn,
      schema: session,
    });
    if (who?.user.id !== this.part.userId)
      this.stage.recorder.error('sign-in: somebody else', `${this.part.userId} was answered ${String(who?.user.id)}`);
    const { body: events } = await this.page.ask({
      step: 'event',
      method: 'GET',
      path: '/api/events',
      intendedAt: now(),
      tries: triesToCome,
      schema: eventViews,
    });
    const event = events?.find(({ id }) => id === this.stage.direction.eventId);
    if (!event) {
      this.stage.recorder.error('event: not listed', `answered ${String(events?.length)} events`);
      throw new GaveUp('event');
    }
    this.live.hold(this.page.browser.cookieHeader);
    this.learn(event);
  }

  private async watch(): Promise<void> {
    if (!this.attendance || this.knowsStream) return;
    await this.page.ask({
      step: 'stream',
      method: 'GET',
      path: `${this.path}/stream`,
      intendedAt: now(),
      tries: tries.stream,
      schema: streamView,
    });
  }

  /** Nobody waits for this. */
  private async prepare(): Promise<void> {
    try {
      if (this.attendance) await prepareToLeave(this);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    }
  }

  private learn(event: EventView): void {
    if (event.attendance) this.told(event.attendance, false);
    this.hear(event);
  }

  private hear({ state }: EventWithoutAttendance | { state: LiveEventState }): void {
    if (state !== 'ended' || this.leaving) return;
    this.leaving = true;
    void this.leave();
  }

  /** Also called when the event has ended and nobody told this page. */
  async leave(): Promise<void> {
    this.leaving = true;
    try {
      if (this.attendance) await checkOutPage(this);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    } finally {
      this.finished = true;
    }
  }

  get isLeaving(): boolean {
    return this.leaving;
  }
}
