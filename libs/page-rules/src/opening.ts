import type { Random } from './retry.ts';

/** What the server says of the opening, as far as the page's times follow from it. */
export interface OpeningPlan {
  /** From 0 to 1, this student's own. */
  place: number;
  prepareWithinMilliseconds: number;
  sendWithinMilliseconds: number;
}

export interface OpeningTimes {
  /** ISO 8601. */
  preparesAt: string;
  opensAt: string;
}

/** As long as a connection test may take, and a list of classmates: whoever comes shortly before the opening starts now. */
const preparationTakesMilliseconds = 15_000;

/**
 * When a waiting page begins its connection test and loads the classmates: within the window that the server gives,
 * counted from the later of now and `preparesAt`. Where less time is left it is the window that shrinks: if pages began
 * at the last moment instead, all the late ones would begin at once.
 * @param now when the page began to wait, milliseconds since 1970, by the server's clock
 */
export function prepareAt({ preparesAt, opensAt }: OpeningTimes, plan: OpeningPlan, now: number): number {
  const from = Math.max(now, Date.parse(preparesAt));
  const left = Math.max(0, Date.parse(opensAt) - preparationTakesMilliseconds - from);
  return (
    Math.max(now, Math.min(from, Date.parse(opensAt))) + plan.place * Math.min(plan.prepareWithinMilliseconds, left)
  );
}

/** When a prepared page sends the check-in that was pressed before the opening. Milliseconds since 1970, server's clock. */
export function sendAt({ opensAt }: Pick<OpeningTimes, 'opensAt'>, plan: OpeningPlan): number {
  return Date.parse(opensAt) + plan.place * plan.sendWithinMilliseconds;
}

/** Of a server that says nothing about the opening: spread like the other moments of an event. */
export function unplannedOpening(spread: number, random: Random = Math.random): OpeningPlan {
  return { place: random(), prepareWithinMilliseconds: spread, sendWithinMilliseconds: spread };
}
