/** One image, loaded. */
export interface Sample {
  bytes: number;
  /** From the first byte to the last. */
  milliseconds: number;
}

/** Clocks in browsers are coarse on purpose; a load from the same machine can seem to take no time at all. */
const shortestMilliseconds = 0.1;

/** 1 kbps is 1,000 bit/s, which is one bit per millisecond. */
export function kbps({ bytes, milliseconds }: Sample): number {
  return (bytes * 8) / Math.max(milliseconds, shortestMilliseconds);
}

/**
 * The speed between a small load and a large one: what each of them spends on getting under way, the same for both,
 * drops out. Close to the minimum that is the difference between in and out.
 */
export function kbpsBetween(small: Sample, large: Sample): number {
  const milliseconds = large.milliseconds - small.milliseconds;
  return milliseconds > 0 ? kbps({ bytes: large.bytes - small.bytes, milliseconds }) : kbps(large);
}

/** Of an even number, the lower of the two in the middle: the test promises no more than it saw. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** A few seconds of measuring know no more. */
const precision = 0.015;

/** Whole kbps. What cannot be told from the minimum is the minimum: a line of exactly that speed must not be refused by a hair. */
export function comparedWith(minimumKbps: number, speed: number): number {
  return Math.abs(speed - minimumKbps) <= minimumKbps * precision ? minimumKbps : Math.round(speed);
}

/** As somebody would say it: `640 kbit/s`, `4.2 Mbit/s`, `83 Mbit/s`. */
export function inPlainWords(speed: number): string {
  if (speed < 1_000) return `${speed} kbit/s`;
  if (speed > 1_000_000) return 'over 1,000 Mbit/s';
  return `${(speed / 1_000).toLocaleString('en', { maximumSignificantDigits: 2 })} Mbit/s`;
}
