const together = 5_000;

/**
 * At the opening, the start and the end every page takes its next step in the same instant. Within the first seconds
 * each waits a random while before it asks for anything; later it does not wait.
 * @param boundary the moment that everybody waited for, ISO 8601
 * @param now milliseconds since 1970, by the server's clock
 */
export function crowdDelay(boundary: string, now: number, random = Math.random): number {
  const since = now - Date.parse(boundary);
  return since >= -together && since < together ? Math.round(random() * 1_500) : 0;
}
