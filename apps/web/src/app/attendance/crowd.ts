const together = 5_000;
const leastSpan = 1_500;
/** Requests a second that a crowd may bring at its moment. */
const perSecond = 1_000;

/**
 * At the opening, the start and the end every page takes its next step in the same instant. Within the first seconds
 * each waits a random while before it asks for anything, the longer the more there are; later it does not wait.
 * @param boundary the moment that everybody waited for, ISO 8601
 * @param now milliseconds since 1970, by the server's clock
 * @param crowd how many are watching
 */
export function crowdDelay(boundary: string, now: number, crowd: number, random = Math.random): number {
  const since = now - Date.parse(boundary);
  if (since < -together || since >= together) return 0;
  return Math.round(random() * Math.max(leastSpan, (crowd / perSecond) * 1_000));
}
