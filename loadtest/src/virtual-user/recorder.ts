import { Latencies, type PackedHistograms, type Step } from '../metrics/latency.ts';
import { ShownTotals, type ShownTick } from '../metrics/shown-counts.ts';
import { emptyLog, type Log } from '../checks/request-log.ts';

/** Counts in one second since the start. */
export interface Second {
  planned: number;
  arrived: number;
  requests: number;
  /** Students who got in: own check-in acknowledged, or told of a classmate's. */
  in: number;
  /** Check-in requests that were acknowledged, and the rows they say they wrote. */
  checkIns: number;
  rows: number;
  out: number;
  busy: number;
  errors: number;
  reconnects: number;
  /** Of the connection test; those of students who came before check-in opened alone. */
  imageBytes: number;
  waitingImageBytes: number;
}

export type Tally = keyof Second;

export const noSecond = (): Second => ({
  planned: 0,
  arrived: 0,
  requests: 0,
  in: 0,
  checkIns: 0,
  rows: 0,
  out: 0,
  busy: 0,
  errors: 0,
  reconnects: 0,
  imageBytes: 0,
  waitingImageBytes: 0,
});

export interface ErrorCount {
  count: number;
  example: string;
}

/** Everything one generator saw, but for the log. */
export interface Recorded {
  histograms: PackedHistograms;
  seconds: Record<number, Second>;
  ticks: ShownTick[];
  errors: Record<string, ErrorCount>;
  bytesReceived: number;
  /** When the last student knew of being in, milliseconds since 1970; 0 when nobody did. */
  lastInAt: number;
  /** Of all measured lines; Infinity when none was measured. */
  slowestKbps: number;
}

export class Recorder {
  readonly latencies = new Latencies();
  readonly shown = new ShownTotals();
  readonly log: Log = emptyLog();
  private readonly seconds: Record<number, Second> = {};
  private readonly ticks: ShownTick[] = [];
  private readonly errors: Record<string, ErrorCount> = {};
  private bytes = 0;
  private startedAt = 0;
  private lastInAt = 0;
  private slowestKbps = Infinity;

  /** @param at milliseconds since 1970: second 0 begins */
  start(at: number): void {
    this.startedAt = at;
  }

  count(tally: Tally, many = 1, at = Date.now()): void {
    const second = Math.max(0, Math.floor((at - this.startedAt) / 1000));
    (this.seconds[second] ??= noSecond())[tally] += many;
  }

  isIn(): void {
    this.lastInAt = Date.now();
    this.count('in');
  }

  latency(step: Step, milliseconds: number): void {
    this.latencies.record(step, milliseconds);
  }

  /** Anything that the contract does not promise, or that a student would call broken. */
  error(kind: string, example: string): void {
    this.count('errors');
    const known = (this.errors[kind] ??= { count: 0, example });
    known.count++;
  }

  image(bytes: number, waits: boolean): void {
    this.count('imageBytes', bytes);
    if (waits) this.count('waitingImageBytes', bytes);
  }

  measured(kbps: number): void {
    this.slowestKbps = Math.min(this.slowestKbps, kbps);
  }

  received(bytes: number): void {
    this.bytes += bytes;
  }

  tick(): void {
    this.ticks.push(this.shown.tick(Date.now()));
  }

  totals(): { busy: number; errors: number } {
    const all = Object.values(this.seconds);
    const sum = (tally: Tally) => all.reduce((total, second) => total + second[tally], 0);
    return { busy: sum('busy'), errors: sum('errors') };
  }

  recorded(): Recorded {
    const { seconds, ticks, errors, lastInAt, slowestKbps } = this;
    return {
      histograms: this.latencies.pack(),
      seconds,
      ticks,
      errors,
      bytesReceived: this.bytes,
      lastInAt,
      slowestKbps,
    };
  }
}
