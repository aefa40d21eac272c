import { comparedWith, kbps, kbpsBetween, median, type Sample } from './speed.ts';

/** What the check-in says of the line. */
export interface Measured {
  kbps: number;
  bytes: number;
}

/** The loads so far, in order, by the size of the image. */
export interface Loads {
  small: readonly Sample[];
  large: readonly Sample[];
}

export const smallLoads = 3;
const mostLargeLoads = 4;
/** A line of so many times the minimum needs no further loads, and neither does one of so few. */
const clearlyEnough = 4;
const hopeless = 0.6;
/** A large load that takes a second is long enough to measure by. */
const tellingMilliseconds = 1_000;
/** The test ends then, and is judged by what has come through. */
export const longestTestMilliseconds = 9_500;

/**
 * The size of the image to load next, in kB; null when the line is measured. Three small loads settle it for a fast
 * line; only near the minimum larger ones follow, 1.3 MB at most, because a thousand students share one school's line.
 */
export function nextLoad({ small, large }: Loads, minimumKbps: number): 64 | 256 | null {
  if (small.length < smallLoads) return 64;
  const times = speedOf({ small, large: [] }) / minimumKbps;
  const settled = times >= clearlyEnough || times < hopeless;
  const telling = large.some(({ milliseconds }) => milliseconds >= tellingMilliseconds);
  return settled || telling || large.length >= mostLargeLoads ? null : 256;
}

/** What the loads so far say of the line. */
export function measured({ small, large }: Loads, minimumKbps: number): Measured {
  return {
    kbps: comparedWith(minimumKbps, speedOf({ small, large })),
    bytes: [...small, ...large].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function speedOf({ small, large }: Loads): number {
  if (large.length === 0) return median(small.map(kbps));
  const typical = [...small].sort((one, other) => one.milliseconds - other.milliseconds)[Math.floor(small.length / 2)];
  return median(large.map((sample) => (typical ? kbpsBetween(typical, sample) : kbps(sample))));
}
