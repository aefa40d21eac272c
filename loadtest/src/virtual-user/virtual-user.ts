import { tries } from '@exco/page-rules';
import { eventView, session, streamView, type EventView, type EventWithoutAttendance } from '@exco/contracts';
import type { UserPlan } from '../plan/user-plan.ts';
import { Attendee } from './attendee.ts';
import { checkInOn, checkInPage, presentOf } from './check-in-page.ts';
import { checkOutPage, prepareToLeave } from './check-out-page.ts';
import { now, type UserContext } from './context.ts';
import { GaveUp } from './page.ts';
import { waitingPage } from './waiting-page.ts';

/** One student, from opening the page to having left. */
export class VirtualUser {
  readonly self: Attendee;
  /** On the stream, or as far as this student will ever get. */
  settled = false;
  finished = false;
  private leaving = false;

  constructor(plan: UserPlan, context: UserContext, index: number) {
    this.self = new Attendee(plan, context, index, {
      event: (event) => this.hear(event),
      attendance: (attendance, saysStream) => {
        this.self.knowsStream ||= saysStream;
        this.self.told(attendance, true);
      },
      view: (event) => this.learn(event),
      reconnected: () => this.reconnected(),
    });
  }

  /** From the moment at which the plan lets this student open the page. */
  async attend(): Promise<void> {
    const { self } = this;
    try {
      await this.arrive();
      if (!self.attendance) await (this.isBeforeOpening() ? waitingPage(self) : checkInPage(self));
      if (self.plan.reloads) await this.reload();
      await this.watch();
      void this.prepareToLeave();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    } finally {
      this.settled = true;
    }
  }

  close(): void {
    this.self.live.release();
    this.self.page.close();
  }

  /** Also called when the event has ended and nobody told this page. */
  async leave(): Promise<void> {
    this.leaving = true;
    try {
      if (this.self.attendance) await checkOutPage(this.self);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    } finally {
      this.finished = true;
    }
  }

  get isLeaving(): boolean {
    return this.leaving;
  }

  private async arrive(): Promise<void> {
    const { self } = this;
    const { recorder, behaviour } = self.context;
    recorder.count('arrived');
    const typedAt = await self.think(2, 4);
    let askedAt = now();
    const { body } = await self.page.ask({
      step: 'sign-in',
      method: 'POST',
      path: `/api/session?event=${behaviour.eventId}`,
      body: { username: self.plan.username },
      intendedAt: typedAt,
      // The wait between two tries says nothing about the clock.
      tried: (sentAt) => (askedAt = sentAt),
      tries: tries.signIn,
      schema: session,
    });
    if (body?.user.id !== self.plan.userId)
      recorder.error('sign-in: somebody else', `${self.plan.userId} was answered ${String(body?.user.id)}`);
    // A server that does not tell it along with the sign-in is asked.
    const event = body?.event ?? (await this.askForEvent());
    self.clockOffset = Date.parse(event.serverTime) - (askedAt + now()) / 2;
    if (body?.classmates) self.present = presentOf(self, body.classmates);
    self.live.hold(self.page.client.cookieHeader);
    this.learn(event);
  }

  private async askForEvent(): Promise<EventView> {
    const { self } = this;
    const { body } = await self.page.ask({
      step: 'event',
      method: 'GET',
      path: self.path,
      intendedAt: now(),
      tries: tries.event,
      schema: eventView,
    });
    if (!body) throw new GaveUp('event');
    return body;
  }

  /** Who is in stays in after a reload, also when a classmate brought them and the answer was never theirs. */
  private async reload(): Promise<void> {
    const { self } = this;
    if (!self.attendance) return;
    const { body } = await self.page.ask({
      step: 'reload',
      method: 'GET',
      path: self.path,
      intendedAt: await self.think(1, 5),
      tries: tries.event,
      schema: eventView,
    });
    if (body && !body.attendance)
      self.context.recorder.error('reload: not checked in any more', `student ${self.plan.userId}`);
    self.knowsStream = false;
  }

  private async watch(): Promise<void> {
    const { self } = this;
    if (!self.attendance || self.knowsStream) return;
    await self.page.ask({
      step: 'stream',
      method: 'GET',
      path: `${self.path}/stream`,
      intendedAt: now(),
      tries: tries.stream,
      schema: streamView,
    });
  }

  /** Nobody waits for this. */
  private async prepareToLeave(): Promise<void> {
    try {
      if (this.self.attendance) await prepareToLeave(this.self, () => this.leaving);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
    }
  }

  private isBeforeOpening(): boolean {
    return this.self.event?.state === 'scheduled';
  }

  private learn(event: EventView): void {
    if (event.attendance) this.self.told(event.attendance, false);
    this.hear(event);
  }

  private hear(event: EventView | EventWithoutAttendance): void {
    this.self.event = event;
    if (event.state !== 'ended' || this.leaving) return;
    this.leaving = true;
    void this.leave();
  }

  /** Only for a self-test: no page does this. */
  private reconnected(): void {
    if (this.self.context.behaviour.faults.checksInAgain && this.self.attendance)
      void checkInOn(this.self, [], { kbps: 20_000, bytes: 192_000 }, now()).catch(() => undefined);
  }
}
