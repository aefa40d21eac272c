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

/** The pages of a school come back online in the same moment: each waits up to so long before it tries again. */
export const mostAfterOnline = 1_500;

/** Repeats a call for as long as its problem may pass. Only for calls that may safely be repeated. */
export async function retrying<Answer>(call: () => Promise<Answer>, options: Retrying): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.passing || attempt >= options.tries) throw error;
      const milliseconds = retryDelay(error.retryAfterMilliseconds, attempt, options.random);
      options.waiting?.(milliseconds, error);
      if (error.code === 'OFFLINE') await pauseUntilOnline(milliseconds, options);
      else await pause(milliseconds, options.signal);
    }
  }
}

/** Ends early when the line is back. @throws the signal's reason when it is aborted meanwhile */
export async function pauseUntilOnline(
  milliseconds: number,
  { signal, random = Math.random }: Pick<Retrying, 'signal' | 'random'>,
): Promise<void> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  try {
    await Promise.race([
      pause(milliseconds, either),
      line.isBack(either).then(() => pause(random() * mostAfterOnline, either)),
    ]);
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
