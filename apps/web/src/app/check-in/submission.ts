import { inject, Service } from '@angular/core';
import type { AttendanceView, CheckInAnswer, CheckInRequest, Classmate, Companion, Person } from '@exco/contracts';
import { Api } from '../core/api';
import type { ApiProblem } from '../core/api-problem';
import { type Arrival, Arrivals } from '../event/arrival';
import { retrying } from '../core/retry';
import { Clock } from '../core/clock';
import { CurrentEvent } from '../event/current-event';
import { MyGroup } from '../event/my-group';
import { StreamAddress } from '../event/stream-address';

/** A check-in may be repeated safely, so the page keeps on for the student: about a quarter of an hour. */
const tries = 60;

/** The check-in itself. */
@Service()
export class Submission {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly event = inject(CurrentEvent);
  private readonly arrivals = inject(Arrivals);
  private readonly group = inject(MyGroup);
  private readonly stream = inject(StreamAddress);

  /** @throws ApiProblem, or the signal's reason */
  async send(
    eventId: number,
    me: Person,
    request: CheckInRequest,
    {
      classmates,
      signal,
      waiting,
    }: {
      classmates: readonly Classmate[];
      signal: AbortSignal;
      waiting: (milliseconds: number, problem: ApiProblem) => void;
    },
  ): Promise<void> {
    const answer = await retrying(() => this.api.checkIn(eventId, request), { tries, signal, waiting });
    const names = new Map(classmates.map(({ id, displayName }) => [id, displayName]));
    const brought = answer.results
      .filter(({ userId }) => userId !== me.id)
      .map(({ userId, outcome }): Arrival['brought'][number] => ({ displayName: names.get(userId) ?? '', outcome }));
    const attendance = attendanceIn(answer, me, this.clock.now());
    const broughtBy = attendance.checkedInBy.id === me.id ? null : attendance.checkedInBy.displayName;
    this.group.know(eventId, groupIn(answer, me, names));
    if (answer.stream) this.stream.know(eventId, answer.stream);
    this.event.attended(attendance);
    this.arrivals.latest.set({ broughtBy, brought });
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
    revision: answer.committed ? 1 : 0,
  };
}

/**
 * Me and those I brought, for the check-out. Null when only the server knows: while a row is on its way, or when I was
 * there already, perhaps through another page of mine that brought others.
 * @param names of my classmates
 */
export function groupIn(answer: CheckInAnswer, me: Person, names: ReadonlyMap<number, string>): Companion[] | null {
  if (!answer.committed) return null;
  const mine = answer.results.flatMap((result): Companion[] => {
    if (result.outcome !== 'checked-in') return [];
    const { userId, checkedInAt } = result;
    return [
      {
        userId,
        displayName: userId === me.id ? me.displayName : (names.get(userId) ?? ''),
        checkedInAt,
        checkedOutAt: null,
      },
    ];
  });
  const self = mine.find(({ userId }) => userId === me.id);
  return self ? [self, ...mine.filter((one) => one !== self)] : null;
}
