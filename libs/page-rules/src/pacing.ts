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
