import type { ConnectionTestSize } from '@exco/contracts';
import { comparedWith, kbps, kbpsBetween, median, type Sample } from './speed';

export type LoadImage = (kilobytes: ConnectionTestSize, signal: AbortSignal) => Promise<Sample>;

export interface Measured {
  kbps: number;
  bytes: number;
}

export interface Progress {
  /** 0 to 1. */
  done: number;
  /** What is known so far. */
  kbps: number;
}

/** Nothing came through within the time there is. */
export class TooSlowToMeasure extends Error {
  override readonly name = 'TooSlowToMeasure';
}

const smallLoads = 3;
const mostLargeLoads = 4;
/** A line of so many times the minimum needs no closer look, and neither does one of so few. */
const clearlyEnough = 4;
const hopeless = 0.6;
/** A large load that takes a second has told what there is to tell. */
const tellingMilliseconds = 1_000;
export const longestTestMilliseconds = 9_500;

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
  const small: Sample[] = [];
  const large: Sample[] = [];
  const speed = () => comparedWith(minimumKbps, speedOf(small, large));
  try {
    while (small.length < smallLoads) {
      small.push(await load(64, either));
      progress({ done: small.length / (smallLoads + 1), kbps: speed() });
    }
    const times = speedOf(small, []) / minimumKbps;
    const settled = times >= clearlyEnough || times < hopeless;
    while (!settled && large.length < mostLargeLoads && !large.some(isTelling)) {
      large.push(await load(256, either));
      progress({ done: 1, kbps: speed() });
    }
  } catch (error) {
    if (signal.aborted || !timeUp.aborted) throw error;
    if (small.length === 0) throw new TooSlowToMeasure();
  }
  return { kbps: speed(), bytes: [...small, ...large].reduce((sum, { bytes }) => sum + bytes, 0) };
}

function speedOf(small: readonly Sample[], large: readonly Sample[]): number {
  if (large.length === 0) return median(small.map(kbps));
  const typical = [...small].sort((one, other) => one.milliseconds - other.milliseconds)[Math.floor(small.length / 2)];
  return median(large.map((sample) => (typical ? kbpsBetween(typical, sample) : kbps(sample))));
}

function isTelling({ milliseconds }: Sample): boolean {
  return milliseconds >= tellingMilliseconds;
}
