import type { Env } from '../../infrastructure/config/env.ts';

const writeMilliseconds = 25;
const readMilliseconds = 10;
const mostShared = 10;

/**
 * How far apart the batches of one process leave. However many processes share the work, together they write some 40
 * batches and send some 100 look-ups a second: with eight each batch would otherwise hold an eighth, and cost the same.
 */
export function batchIntervals({ API_PROCESSES }: Pick<Env, 'API_PROCESSES'>): {
  writeMilliseconds: number;
  readMilliseconds: number;
} {
  const shared = Math.min(API_PROCESSES, mostShared);
  return { writeMilliseconds: writeMilliseconds * shared, readMilliseconds: readMilliseconds * shared };
}
