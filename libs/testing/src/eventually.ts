import { setTimeout as sleep } from 'node:timers/promises';

const pollMilliseconds = 20;

/** Tries until what it is given no longer throws; the bound is only there to end a test that fails. */
export async function eventually<T>(attempt: () => T | Promise<T>, seconds = 30): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(pollMilliseconds);
    }
  }
}
