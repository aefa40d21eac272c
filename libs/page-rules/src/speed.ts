/** One image, loaded. */
export interface Sample {
  bytes: number;
  /** From the first byte of the body to the last. */
  milliseconds: number;
}

/** Clocks in browsers are coarse on purpose; a load from the same machine can seem to take no time at all. */
const shortestMilliseconds = 0.1;

/** 1 kbps is 1,000 bit/s, which is one bit per millisecond. */
export function kbps({ bytes, milliseconds }: Sample): number {
  return (bytes * 8) / Math.max(milliseconds, shortestMilliseconds);
}

/** A few seconds of measuring are no more precise than this. */
const precision = 0.015;

/** Whole kbps. What cannot be told from the minimum is the minimum: a line of exactly that speed must not be refused. */
export function comparedWith(minimumKbps: number, speed: number): number {
  return Math.abs(speed - minimumKbps) <= minimumKbps * precision ? minimumKbps : Math.round(speed);
}
