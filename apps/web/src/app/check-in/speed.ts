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
  return Math.round((bytes * 8) / Math.max(milliseconds, shortestMilliseconds));
}

/** Of an even number, the lower of the two in the middle: the test promises no more than it saw. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** As somebody would say it: `640 kbit/s`, `4.2 Mbit/s`, `83 Mbit/s`. */
export function inPlainWords(speed: number): string {
  if (speed < 1_000) return `${Math.round(speed)} kbit/s`;
  const mbps = speed / 1_000;
  if (mbps >= 1_000) return 'over 1,000 Mbit/s';
  const shown = mbps < 10 ? Math.floor(mbps * 10) / 10 : Math.floor(mbps);
  return `${shown.toLocaleString('en')} Mbit/s`;
}
