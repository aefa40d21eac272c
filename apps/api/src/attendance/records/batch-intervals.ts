import type { Env } from '../../infrastructure/config/env.ts';

export interface BatchIntervals {
  checkInMilliseconds: number;
  checkOutMilliseconds: number;
  readMilliseconds: number;
}

const ofOneProcess: BatchIntervals = { checkInMilliseconds: 25, checkOutMilliseconds: 100, readMilliseconds: 20 };
const longest: BatchIntervals = { checkInMilliseconds: 250, checkOutMilliseconds: 250, readMilliseconds: 100 };

/**
 * How far apart the batches of one process leave. However many processes share the work, together they write some 40
 * batches of check-ins and send some 50 look-ups a second: with eight each batch would otherwise hold an eighth, and cost
 * the same.
 */
export function batchIntervals({ API_PROCESSES }: Pick<Env, 'API_PROCESSES'>): BatchIntervals {
  const shared = (of: keyof BatchIntervals) => Math.min(ofOneProcess[of] * API_PROCESSES, longest[of]);
  return {
    checkInMilliseconds: shared('checkInMilliseconds'),
    checkOutMilliseconds: shared('checkOutMilliseconds'),
    readMilliseconds: shared('readMilliseconds'),
  };
}
