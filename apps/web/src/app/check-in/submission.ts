import { inject, Service } from '@angular/core';
import type { AttendanceView, CheckInAnswer, CheckInRequest, Companion, Person } from '@exco/contracts';
import { groupAfterCheckIn, tries } from '@exco/page-rules';
import { Api } from '../core/api';
import { ApiProblem } from '../core/api-problem';
import { Clock } from '../core/clock';
import { CurrentStudent } from '../core/current-student';
import { retrying } from '../core/retry';
import { CheckInResults } from '../event/check-in-results';
import { CurrentEvent } from '../event/current-event';

interface Sending {
  classmates: readonly Person[];
  signal: AbortSignal;
  waiting: (milliseconds: number, problem: ApiProblem) => void;
}

/** The check-in itself. */
@Service()
export class Submission {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly event = inject(CurrentEvent);
  private readonly results = inject(CheckInResults);
  private readonly student = inject(CurrentStudent);
  /** Check-ins that were sent and never answered, by event: each may have brought whom it named. */
  private readonly unanswered = new Map<number, Set<string>>();

  /**
   * Once the signal is aborted nothing of the answer is taken in: the page may be at another event by then.
   * @throws ApiProblem, or the signal's reason
   */
  send(eventId: number, request: CheckInRequest, sending: Sending): Promise<void> {
    return this.event.acting(() => this.sendAndTakeIn(eventId, request, sending));
  }

  private async sendAndTakeIn(
    eventId: number,
    request: CheckInRequest,
    { classmates, signal, waiting }: Sending,
  ): Promise<void> {
    const me = this.student.user();
    if (!me) throw new ApiProblem('NOT_SIGNED_IN');
    const named = JSON.stringify(request.classmates);
    const open = this.unanswered.get(eventId) ?? new Set();
    this.unanswered.set(eventId, open.add(named));
    const options = { tries: tries.checkIn, signal, waiting };
    const answer = await retrying(() => this.api.checkIn(eventId, request, signal), options).catch((error: unknown) => {
      // A refusal is an answer: nothing was written.
      if (error instanceof ApiProblem && !error.passing) open.delete(named);
      if (error instanceof ApiProblem && error.code === 'CHECK_IN_CLOSED') void this.event.refresh();
      throw error;
    });
    open.delete(named);
    const names = new Map(classmates.map(({ id, displayName }) => [id, displayName]));
    const person = { id: me.id, displayName: me.displayName };
    const attendance = attendanceIn(answer, person, this.clock.now());
    this.results.take(eventId, {
      group: groupIn(answer, person, names, open.size > 0),
      stream: answer.stream ?? null,
      arrival: {
        broughtBy: attendance.checkedInBy.id === me.id ? null : attendance.checkedInBy.displayName,
        brought: answer.results
          .filter(({ userId }) => userId !== me.id)
          .map(({ userId, outcome }) => ({ userId, displayName: names.get(userId) ?? '', outcome })),
      },
    });
    this.event.attended(eventId, attendance);
  }
}

/** The database has not said when yet, or has: either way the student is in. */
export function attendanceIn(answer: CheckInAnswer, me: Person, now: number): AttendanceView {
  const mine = answer.results.find(({ userId }) => userId === me.id);
  const written = mine && 'checkedInAt' in mine ? mine : null;
  return {
    checkedInAt: written?.checkedInAt ?? new Date(now).toISOString(),
    checkedInBy: written?.checkedInBy ?? me,
    checkedOutAt: null,
    checkedOutBy: null,
    committed: answer.committed,
    revision: 0,
  };
}

/**
 * Me and those I brought, for the check-out. Null when only the server knows.
 * @param names of my classmates
 * @param otherTryUnanswered an earlier check-in with other classmates was never answered
 */
export function groupIn(
  answer: CheckInAnswer,
  me: Person,
  names: ReadonlyMap<number, string>,
  otherTryUnanswered = false,
): Companion[] | null {
  const group = groupAfterCheckIn(answer, me.id, otherTryUnanswered);
  const results = new Map(answer.results.map((result) => [result.userId, result]));
  return (
    group?.flatMap((userId) => {
      const result = results.get(userId);
      if (!result || !('checkedInAt' in result)) return [];
      const displayName = userId === me.id ? me.displayName : (names.get(userId) ?? '');
      return [{ userId, displayName, checkedInAt: result.checkedInAt, checkedOutAt: null }];
    }) ?? null
  );
}
