import { ApiProblem } from './api-problem';

const firstMilliseconds = 2_000;

/**
 * How long to wait before try `attempt` (1, 2, …), in milliseconds. Full jitter spreads ten thousand pages that lost
 * the same server over the whole span: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  attempt: number,
  { first = firstMilliseconds, longest = 30_000, random = Math.random } = {},
): number {
  return Math.round(random() * Math.min(longest, first * 2 ** (attempt - 1)));
}

/**
 * What the server asked for is the least; some jitter comes on top, or all would return in the same instant. Whoever was
 * told a time is not kept waiting much longer, however often it was.
 */
export function retryDelay(
  { retryAfterMilliseconds }: Pick<ApiProblem, 'retryAfterMilliseconds'>,
  attempt: number,
  random = Math.random,
): number {
  const share = random();
  return Math.max(
    retryAfterMilliseconds + Math.round(share * firstMilliseconds),
    backoff(attempt, { random: () => share }),
  );
}

export interface Retrying {
  /** Tries in all, the first included. */
  tries: number;
  signal?: AbortSignal;
  /** Told before each wait. */
  waiting?: (milliseconds: number, problem: ApiProblem) => void;
  random?: () => number;
}

/** Repeats a call for as long as its problem may pass. Only for calls that may safely be repeated. */
export async function retrying<Answer>(call: () => Promise<Answer>, options: Retrying): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.passing || attempt >= options.tries) throw error;
      const milliseconds = retryDelay(error, attempt, options.random);
      options.waiting?.(milliseconds, error);
      await pause(milliseconds, options.signal);
    }
  }
}

/** @throws the signal's reason when it is aborted meanwhile */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
