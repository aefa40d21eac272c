import { ImageBlocked } from './load-image';

/** Why the test image did not come. */
export type Fault = 'offline' | 'unreachable' | 'blocked' | 'too-many' | 'busy';

const answerWithinMilliseconds = 6_000;

/** An image says only that it failed; the same address asked for once more in the open says why. */
export async function diagnose(error: unknown): Promise<Fault> {
  if (!navigator.onLine) return 'offline';
  if (!(error instanceof ImageBlocked)) return 'blocked';
  const signal = AbortSignal.timeout(answerWithinMilliseconds);
  const response = await fetch(error.url, { signal, cache: 'no-store' }).catch(() => null);
  if (!response) return 'unreachable';
  if (response.status === 429) return 'too-many';
  return response.status >= 500 ? 'busy' : 'blocked';
}
