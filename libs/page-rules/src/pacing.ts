import type { Random } from './retry.ts';

/** The time around a moment of the event within which pages still count as having waited for it. */
const togetherMilliseconds = 5_000;
const leastSpanMilliseconds = 1_500;
/** Requests a second that pages may bring at such a moment. */
const perSecond = 1_000;

/** Milliseconds over which so many connected pages spread a request that all of them want to send at once. */
export function spreadMilliseconds(watching: number): number {
  return Math.max(leastSpanMilliseconds, (watching / perSecond) * 1_000);
}

/** A page is to go on within 3 s of the return of its line, and its request takes a part of that. */
const longestReturnMilliseconds = 2_000;
/** Where nobody has said how many share the line: on the sign-in page. */
const returnOfUnknownMilliseconds = 1_500;

/**
 * Milliseconds over which pages whose line is back spread what they want to send. Few go on at once. What very many ask
 * at a time all the same is answered with the wait that the server wants.
 * @param watching how many students hold a live connection, as the server last said; null when it said nothing
 */
export function returnSpread(watching: number | null): number {
  if (watching === null) return returnOfUnknownMilliseconds;
  return Math.min(longestReturnMilliseconds, (watching / perSecond) * 1_000);
}

/**
 * At the opening, the start and the end every page takes its next step in the same instant. Within the first seconds
 * each waits a random while before it asks for anything, the longer the more there are; later it does not wait.
 * @param boundary the moment that everybody waited for, ISO 8601
 * @param now milliseconds since 1970, by the server's clock
 * @param watching how many students hold a live connection
 */
export function spreadDelay(boundary: string, now: number, watching: number, random: Random = Math.random): number {
  const since = now - Date.parse(boundary);
  if (since < -togetherMilliseconds || since >= togetherMilliseconds) return 0;
  return Math.round(random() * spreadMilliseconds(watching));
}
