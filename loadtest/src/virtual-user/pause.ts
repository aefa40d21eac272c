import { setTimeout as sleep } from 'node:timers/promises';

const step = 25;

/**
 * Milliseconds to wait, as a multiple of 25. Node keeps a list of timers for every duration that occurs, and the lists of
 * ten thousand random ones took 14 % of the generator’s time.
 */
export function coarse(milliseconds: number): number {
  return Math.ceil(milliseconds / step) * step;
}

export const pause = (milliseconds: number) => sleep(coarse(milliseconds));
