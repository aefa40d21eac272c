import { computed, inject, Service, signal } from '@angular/core';
import type { CheckOutAnswer, Companion } from '@exco/contracts';
import { spreadDelay, tries } from '@exco/page-rules';
import { Api } from '../core/api';
import { ApiProblem, problemOf } from '../core/api-problem';
import { Clock } from '../core/clock';
import { CurrentStudent } from '../core/current-student';
import { pause, retrying, type Retrying } from '../core/retry';
import { CurrentEvent } from './current-event';
import type { EventFields } from './event-state';

/** Me and those I checked in, and who of us is checked out. */
@Service()
export class MyGroup {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly event = inject(CurrentEvent);
  private readonly student = inject(CurrentStudent);

  private eventId: number | undefined;

  readonly list = signal<readonly Companion[] | null>(null);
  readonly problem = signal<ApiProblem | null>(null);
  readonly stillHere = computed(() => (this.list() ?? []).filter(({ checkedOutAt }) => checkedOutAt === null));

  /** What is known of another event is of no use here. */
  turnTo(eventId: number): void {
    if (this.eventId === eventId) return;
    this.eventId = eventId;
    this.list.set(null);
  }

  /**
   * What a check-in said is all that there is to know until somebody is checked out: nobody else can add to it.
   * @param list null when the answer left something open
   */
  know(eventId: number, list: readonly Companion[] | null): void {
    this.turnTo(eventId);
    this.list.set(list);
  }

  /** Asks long before the end, when ten thousand pages would ask at the same moment. If it fails, the end asks again. */
  async prepare(eventId: number): Promise<void> {
    this.turnTo(eventId);
    // While a row is on its way to the database the list would lack it.
    if (this.list() || !this.event.attendance()?.committed) return;
    const list = await this.ask(eventId).catch(() => null);
    if (this.eventId === eventId && !this.list()) this.list.set(list);
  }

  /**
   * At the end of the event every page wants its list: each asks within the time that so many need.
   * @param hurry ends that wait, not the request
   * @throws the reason of `leaving`
   */
  async loadAtTheEnd({ id, endsAt }: EventFields, leaving: AbortSignal, hurry: AbortSignal): Promise<void> {
    this.turnTo(id);
    if (this.list()) return;
    const delay = spreadDelay(endsAt, this.clock.now(), this.event.counts().watching);
    await pause(delay, AbortSignal.any([leaving, hurry])).catch(() => leaving.throwIfAborted());
    await this.load(id);
  }

  async load(eventId: number): Promise<void> {
    this.turnTo(eventId);
    this.problem.set(null);
    try {
      const list = await this.ask(eventId);
      if (this.eventId === eventId) this.list.set(list);
    } catch (error) {
      if (this.eventId === eventId) this.problem.set(problemOf(error));
    }
  }

  /** @throws ApiProblem, or the signal's reason */
  send(
    eventId: number,
    userIds: number[],
    signal: AbortSignal,
    waiting: (milliseconds: number, problem: ApiProblem) => void,
  ): Promise<void> {
    const options = { tries: tries.checkOut, signal, waiting };
    return this.event.acting(() => this.sendAndTakeIn(eventId, userIds, options));
  }

  private async sendAndTakeIn(eventId: number, userIds: number[], options: Retrying): Promise<void> {
    const me = this.student.user();
    if (!me) throw new ApiProblem('NOT_SIGNED_IN');
    const answer = await retrying(() => this.api.checkOut(eventId, { userIds }, options.signal), options);
    const leftAt = leavingTimes(answer, new Date(this.clock.now()).toISOString());
    const notMine = new Set(
      answer.results.filter(({ outcome }) => outcome === 'not-yours').map(({ userId }) => userId),
    );
    if (this.eventId === eventId)
      this.list.update((list) =>
        (list ?? [])
          .filter(({ userId }) => !notMine.has(userId))
          .map((one) => ({ ...one, checkedOutAt: one.checkedOutAt ?? leftAt.get(one.userId) ?? null })),
      );
    const known = this.event.view()?.id === eventId ? this.event.attendance() : null;
    const mine = leftAt.get(me.id);
    if (mine && known && !known.checkedOutAt)
      this.event.attended(eventId, {
        ...known,
        checkedOutAt: mine,
        checkedOutBy: { id: me.id, displayName: me.displayName },
        committed: answer.committed,
      });
  }

  private ask(eventId: number): Promise<Companion[]> {
    return retrying(() => this.api.group(eventId), { tries: tries.checkOutList });
  }
}

/** When each was checked out; who was only queued, now: the database has not said yet. */
export function leavingTimes(answer: CheckOutAnswer, now: string): Map<number, string> {
  const times = new Map<number, string>();
  for (const result of answer.results) {
    if ('checkedOutAt' in result) times.set(result.userId, result.checkedOutAt);
    else if (result.outcome === 'queued') times.set(result.userId, now);
  }
  return times;
}
