import { interruption } from '@exco/local-stack';

/** Resolves when an end is asked for. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    if (interruption.aborted) resolve();
    // A timer keeps the process waiting, since signal handlers do not.
    const wait = setInterval(() => undefined, 1_000_000);
    interruption.addEventListener('abort', () => {
      clearInterval(wait);
      resolve();
    });
  });
}
