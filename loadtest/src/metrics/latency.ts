import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** What a student's page asks for, in the order in which it does, and what it is told. */
export const steps = [
  'sign-in',
  'event',
  'live connection',
  'connection test',
  'classmates',
  'digit check',
  'check-in',
  'in after the opening',
  'stream',
  'told by a classmate',
  'told of one’s own',
  'reconnect',
  'reload',
  'check-out list',
  'check-out',
] as const;
export type Step = (typeof steps)[number];

/** Two minutes, in microseconds: longer than any run waits for one answer. */
const longest = 120_000_000;

export function newHistogram(): Histogram {
  return build({ highestTrackableValue: longest, numberOfSignificantValueDigits: 3, useWebAssembly: false });
}

export function record(histogram: Histogram, milliseconds: number): void {
  histogram.recordValue(Math.min(longest, Math.max(1, Math.round(milliseconds * 1000))));
}

export type PackedHistograms = Partial<Record<Step, string>>;

/** One histogram a step, merged from several processes without losing anything but the third digit. */
export class Latencies {
  private readonly histograms = new Map<Step, Histogram>();

  record(step: Step, milliseconds: number): void {
    record(this.of(step), milliseconds);
  }

  of(step: Step): Histogram {
    let histogram = this.histograms.get(step);
    if (!histogram) this.histograms.set(step, (histogram = newHistogram()));
    return histogram;
  }

  pack(): PackedHistograms {
    return Object.fromEntries(
      [...this.histograms].map(([step, histogram]) => [step, encodeIntoCompressedBase64(histogram)]),
    );
  }

  merge(packed: PackedHistograms): void {
    for (const step of steps) {
      const text = packed[step];
      if (text !== undefined) this.of(step).add(decodeFromCompressedBase64(text));
    }
  }
}

/** Milliseconds. */
export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

export function percentilesOf(histogram: Histogram): Percentiles {
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1000;
  return {
    count: histogram.totalCount,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: histogram.totalCount === 0 ? 0 : histogram.maxValue / 1000,
  };
}

/** The latency, in milliseconds, that so many students out of 1, 10, 100, … exceed: for a curve that shows the tail. */
export function tailOf(histogram: Histogram): [outOf: number, milliseconds: number][] {
  const points: [number, number][] = [];
  for (let power = 0; 10 ** power <= Math.max(10, histogram.totalCount); power += 0.125) {
    const outOf = 10 ** power;
    points.push([outOf, histogram.getValueAtPercentile(100 * (1 - 1 / outOf)) / 1000]);
  }
  return points;
}
