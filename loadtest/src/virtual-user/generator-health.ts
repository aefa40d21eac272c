import { monitorEventLoopDelay } from 'node:perf_hooks';
import { newHistogram, percentilesOf, record } from '../metrics/latency.ts';
import type { OwnHealth } from '../metrics/progress.ts';

const resolution = 10;
const span = 5;

/** Watches whether this process keeps up with its own plan. */
export class HealthWatch {
  private readonly delay = monitorEventLoopDelay({ resolution });
  private readonly lateness = newHistogram();
  private readonly spent: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private lag = { p99: 0, max: 0 };

  start(): void {
    this.delay.enable();
    let before = process.cpuUsage();
    let at = performance.now();
    this.timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before);
      const passed = performance.now() - at;
      this.spent.push((user + system) / 1000 / passed);
      before = process.cpuUsage();
      at = performance.now();
    }, 1_000);
  }

  /** An arrival began so many milliseconds after its time. */
  late(milliseconds: number): void {
    record(this.lateness, milliseconds);
  }

  /** Everyone is in; what comes later does not make the run void. */
  stop(): void {
    clearInterval(this.timer);
    this.delay.disable();
    // The monitor's own interval is part of what it reports.
    const of = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
    this.lag = this.delay.count === 0 ? this.lag : { p99: of(this.delay.percentile(99)), max: of(this.delay.max) };
  }

  health(): OwnHealth {
    const whole = Math.max(1, Math.min(span, this.spent.length));
    const slices = this.spent
      .map((_, from) => this.spent.slice(from, from + whole))
      .filter((slice) => slice.length === whole);
    const busiest = Math.max(0, ...slices.map((slice) => slice.reduce((sum, one) => sum + one, 0) / whole));
    return { lagP99: this.lag.p99, lagMax: this.lag.max, lateP99: percentilesOf(this.lateness).p99, busiest };
  }
}
