import type { ConnectionTestSize } from '@exco/contracts';
import { kbps, median, type Sample } from './speed';

export type LoadImage = (kilobytes: ConnectionTestSize, signal: AbortSignal) => Promise<Sample>;

export interface Measured {
  kbps: number;
  bytes: number;
}

export interface Progress {
  /** 0 to 1. */
  done: number;
  /** The median so far. */
  kbps: number;
}

/** Nothing came through within the time there is. */
export class TooSlowToMeasure extends Error {
  override readonly name = 'TooSlowToMeasure';
}

const firstLoads = 3;
const furtherLoads = 4;
/** A line of so many times the minimum needs no closer look. */
const clearlyEnough = 4;
/** A load that takes a second has told what there is to tell. */
const tellingMilliseconds = 1_000;
export const longestTestMilliseconds = 9_500;
const mostBytes = 1_300_000;

/**
 * Three small loads settle it for a fast line; only near the minimum larger ones follow. At most 10 s and 1.3 MB,
 * because a thousand students share one school's line.
 * @throws TooSlowToMeasure, the signal's reason, and whatever `load` throws
 */
export async function testConnection(
  minimumKbps: number,
  load: LoadImage,
  { signal, progress }: { signal: AbortSignal; progress: (now: Progress) => void },
): Promise<Measured> {
  const timeUp = AbortSignal.timeout(longestTestMilliseconds);
  const either = AbortSignal.any([signal, timeUp]);
  const samples: Sample[] = [];
  const speed = () => median(samples.map(kbps));
  const bytes = () => samples.reduce((sum, sample) => sum + sample.bytes, 0);

  try {
    for (let index = 1; index <= firstLoads; index++) {
      samples.push(await load(64, either));
      progress({ done: index / firstLoads, kbps: speed() });
    }
    const settled = () => speed() >= minimumKbps * clearlyEnough || samples.some(isTelling);
    for (let index = 1; index <= furtherLoads && !settled() && bytes() + 256_000 <= mostBytes; index++) {
      samples.push(await load(256, either));
      progress({ done: 1, kbps: speed() });
    }
  } catch (error) {
    if (signal.aborted || !timeUp.aborted) throw error;
    if (samples.length === 0) throw new TooSlowToMeasure();
  }
  return { kbps: speed(), bytes: bytes() };
}

function isTelling({ milliseconds }: Sample): boolean {
  return milliseconds >= tellingMilliseconds;
}
