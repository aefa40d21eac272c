import type { CheckInTry } from '../checks/request-log.ts';

const isAcknowledged = ({ status }: CheckInTry) => status === 200 || status === 202;

/** When a student first asked, and when they were acknowledged. */
interface Wish {
  from: number;
  until: number;
}

function wishesOf(tries: readonly CheckInTry[], accepts: (one: CheckInTry) => boolean): Wish[] {
  return [...Map.groupBy(tries, ({ actorId }) => actorId).values()].map((own) => ({
    from: Math.min(...own.map(({ sentAt }) => sentAt)),
    until: Math.min(Infinity, ...own.filter(accepts).map(({ answeredAt }) => answeredAt)),
  }));
}

/**
 * The longest time in which somebody wished to check in and nobody's check-in was acknowledged, in milliseconds.
 * @param accepts which answers count; by default 200 and 202
 * @param until students no longer come: whoever still tries waits out their own pause between two tries
 */
export function longestWithoutService(
  tries: readonly CheckInTry[],
  until: number,
  accepts: (one: CheckInTry) => boolean = isAcknowledged,
): number {
  const wishes = wishesOf(tries, accepts).sort((one, other) => one.until - other.until);
  const answered = tries
    .filter(accepts)
    .map(({ answeredAt }) => answeredAt)
    .filter((at) => at < until)
    .sort((one, other) => one - other);
  let longest = 0;
  let before = -Infinity;
  for (const at of [...answered, until]) {
    // Those who were still waiting when the time ended.
    const since = Math.min(
      Infinity,
      ...wishes.filter((wish) => wish.until >= at && wish.from < at).map(({ from }) => from),
    );
    longest = Math.max(longest, at - Math.max(before, since));
    before = at;
  }
  return longest;
}

/** Of the check-ins that were sent between these moments: how many of a hundred were answered 200 or 202; null if none was sent. */
export function acknowledgedShare(tries: readonly CheckInTry[], from: number, until: number): number | null {
  const sent = tries.filter(({ sentAt, status }) => sentAt >= from && sentAt < until && !isRefusal(status));
  return sent.length === 0 ? null : (100 * sent.filter(isAcknowledged).length) / sent.length;
}

/** Right as it is: wrong digits, and what the plan of a student provides for. */
const isRefusal = (status: number) => status >= 400 && status < 500;

/** How long after this moment the last check-in was sent that was answered otherwise than by 200; 0 if none was. */
export function allCommittedAfter(tries: readonly CheckInTry[], mendedAt: number): number {
  const others = tries.filter(({ sentAt, status }) => sentAt >= mendedAt && status !== 200 && !isRefusal(status));
  return Math.max(0, ...others.map(({ sentAt }) => sentAt - mendedAt));
}
