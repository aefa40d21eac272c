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

/**
 * When a waiting page begins its connection test and loads the classmates: within the window that the server gives,
 * counted from the later of now and `preparesAt`, and never after the opening.
 * @param now milliseconds since 1970, by the server's clock
 */
export function prepareAt({ preparesAt, opensAt }: OpeningTimes, plan: OpeningPlan, now: number): number {
  const from = Math.max(now, Date.parse(preparesAt));
  return Math.max(now, Math.min(from + plan.place * plan.prepareWithinMilliseconds, Date.parse(opensAt)));
}

/** When a prepared page sends the check-in that was pressed before the opening. Milliseconds since 1970, server's clock. */
export function sendAt({ opensAt }: Pick<OpeningTimes, 'opensAt'>, plan: OpeningPlan): number {
  return Date.parse(opensAt) + plan.place * plan.sendWithinMilliseconds;
}

/** Of a server that says nothing about the opening: spread like the other moments of an event. */
export function unplannedOpening(spread: number, random: Random = Math.random): OpeningPlan {
  return { place: random(), prepareWithinMilliseconds: spread, sendWithinMilliseconds: spread };
}
