const boundaryMilliseconds = 5_000;
const shortestSpan = 1_500;
/** Requests a second that the pages of one event may send together. */
const perSecond = 1_000;

/**
 * At the opening, the start and the end every page takes its next step in the same instant. Within the first seconds
 * each waits a random time before it sends anything, longer with more pages; later it does not wait.
 * @param boundary the moment at which all pages go on, ISO 8601
 * @param now milliseconds since 1970, by the server's clock
 * @param pages how many are connected
 */
export function spreadDelay(boundary: string, now: number, pages: number, random = Math.random): number {
  const since = now - Date.parse(boundary);
  if (since < -boundaryMilliseconds || since >= boundaryMilliseconds) return 0;
  return Math.round(random() * Math.max(shortestSpan, (pages / perSecond) * 1_000));
}
