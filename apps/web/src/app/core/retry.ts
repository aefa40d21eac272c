import { type Random, retryDelay } from '@exco/page-rules';
import { ApiProblem } from './api-problem';
import { line } from './line';

export interface Retrying {
  /** Tries in all, the first included. */
  tries: number;
  signal?: AbortSignal;
  /** Told before each wait. */
  waiting?: (milliseconds: number, problem: ApiProblem) => void;
  random?: Random;
}

/** Repeats a call for as long as its problem may pass. Only for calls that may safely be repeated. */
export async function retrying<Answer>(call: () => Promise<Answer>, options: Retrying): Promise<Answer> {
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.passing || attempt >= options.tries) throw error;
      const milliseconds = retryDelay(error.retryAfterMilliseconds, ++failures, options.random);
      options.waiting?.(milliseconds, error);
      if (error.code !== 'OFFLINE') await pause(milliseconds, options.signal);
      // A line that has just come back may fail once more: the next try is soon.
      else if (await pauseUntilOnline(milliseconds, options)) failures = 0;
    }
  }
}

/**
 * Ends early when the line is back, and says whether it did.
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function pauseUntilOnline(
  milliseconds: number,
  { signal, random }: Pick<Retrying, 'signal' | 'random'>,
): Promise<boolean> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  try {
    const isBack = line.isBack(either).then(() => pause(line.turn(random), either));
    return await Promise.race([pause(milliseconds, either).then(() => false), isBack.then(() => true)]);
  } finally {
    over.abort();
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
