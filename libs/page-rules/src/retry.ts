/** Gives a number from 0 to 1, evenly distributed. */
export type Random = () => number;

const firstMilliseconds = 2_000;
const longestMilliseconds = 30_000;

/**
 * How often the page sends each request in all, the first time included. A check-in or check-out may safely be repeated,
 * so the page goes on for about a quarter of an hour.
 */
export const tries = {
  signIn: 12,
  event: 2,
  classmates: 4,
  digitCheck: 3,
  checkIn: 60,
  stream: 100,
  checkOutList: 5,
  checkOut: 60,
} as const;

/**
 * Milliseconds to wait before try `attempt` (1, 2, …). Full jitter spreads the pages that lost the same server over the
 * whole span: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  attempt: number,
  {
    first = firstMilliseconds,
    longest = longestMilliseconds,
    random = Math.random,
  }: { first?: number; longest?: number; random?: Random } = {},
): number {
  return Math.round(random() * Math.min(longest, first * 2 ** (attempt - 1)));
}

/**
 * Milliseconds to wait after failure number `attempt`. What the server asked for is the minimum; jitter comes on top,
 * or all would return in the same instant. Whoever was told a time does not wait much longer, however often it was.
 */
export function retryDelay(retryAfterMilliseconds: number, attempt: number, random: Random = Math.random): number {
  const share = random();
  return Math.max(
    retryAfterMilliseconds + Math.round(share * firstMilliseconds),
    backoff(attempt, { random: () => share }),
  );
}

/** Whether the same request may be answered a little later. 0: no answer came. */
export function mayPass(status: number): boolean {
  return status === 0 || status === 500 || status === 503;
}
