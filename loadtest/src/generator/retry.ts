import type { Random } from '../plan/random.ts';

const firstMilliseconds = 2_000;
const longestMilliseconds = 30_000;

/**
 * How long the page waits before it tries again: what the server asked for and some jitter, or full jitter over a span
 * that doubles, whichever is longer. Also for the live connection, which nobody asks to wait.
 * @param attempt 1 after the first failure
 */
export function retryDelay(random: Random, attempt: number, retryAfterSeconds = 0): number {
  const share = random();
  const span = Math.min(longestMilliseconds, firstMilliseconds * 2 ** (attempt - 1));
  return Math.max(retryAfterSeconds * 1000 + share * firstMilliseconds, share * span);
}

const crowdLeastMilliseconds = 1_500;
const crowdPerSecond = 1_000;

/** At the end of the event every page waits a random while of at most so many milliseconds: they must not all ask in the same instant. */
export function crowdMilliseconds(watching: number): number {
  return Math.max(crowdLeastMilliseconds, (watching / crowdPerSecond) * 1_000);
}
