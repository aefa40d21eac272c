import type { Random } from '../plan/random.ts';

const firstMilliseconds = 2_000;
const longestMilliseconds = 30_000;

/**
 * How long the page waits before it tries again: what the server asked for at least, and full jitter on top, over a
 * span that doubles. Also for the live connection, which nobody asks to wait.
 * @param attempt 1 after the first failure
 */
export function retryDelay(random: Random, attempt: number, retryAfterSeconds = 0): number {
  return retryAfterSeconds * 1000 + random() * Math.min(longestMilliseconds, firstMilliseconds * 2 ** (attempt - 1));
}

const crowdLeastMilliseconds = 1_500;
const crowdPerSecond = 1_000;

/** At the end of the event every page waits a random while of at most so many milliseconds: they must not all ask in the same instant. */
export function crowdMilliseconds(watching: number): number {
  return Math.max(crowdLeastMilliseconds, (watching / crowdPerSecond) * 1_000);
}
