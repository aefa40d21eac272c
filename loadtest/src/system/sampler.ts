import { look, machineCpuSeconds, usageOf, type Watched } from './processes.ts';

const everyMilliseconds = 500;

/** One kind of process at one moment. */
export interface Sample {
  /** Milliseconds since 1970. */
  at: number;
  /** Cores in use since the sample before, 0 to as many as there are. */
  cores: number;
  /** The busiest of the processes of this kind, 0 to 1: a single thread can give no more. */
  busiest: number;
  residentMegabytes: number;
}

export type Samples = Record<string, Sample[]>;

/** The name of all programs that have nothing to do with the run. */
export const others = 'everything else';

/** Watches CPU and memory of processes from the outside, through /proc. */
export class Sampler {
  readonly samples: Samples = {};
  private readonly watched: () => Watched[];
  private readonly before = new Map<number, number>();
  /** CPU of processes that have ended is kept. */
  private readonly spent = new Map<string, number>();
  private at = 0;
  private machine: number | null = null;
  private own = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(watched: () => Watched[]) {
    this.watched = watched;
  }

  start(): void {
    this.take();
    this.timer = setInterval(() => this.take(), everyMilliseconds);
  }

  stop(): void {
    clearInterval(this.timer);
    this.take();
  }

  /** CPU seconds of each kind of process since the start. */
  cpuSeconds(): Record<string, number> {
    this.take();
    return Object.fromEntries(this.spent);
  }

  private take(): void {
    const at = Date.now();
    const passed = (at - this.at) / 1000;
    const first = this.at === 0;
    let ours = 0;
    for (const [name, processes] of look(this.watched())) {
      let cores = 0;
      let busiest = 0;
      let resident = 0;
      for (const { pid, usage } of processes) {
        const known = this.before.get(pid);
        // A process that was started during the run begins at nothing.
        const used = usage.cpuSeconds - (known ?? (first ? usage.cpuSeconds : 0));
        this.before.set(pid, usage.cpuSeconds);
        this.spent.set(name, (this.spent.get(name) ?? 0) + used);
        cores += used;
        ours += used;
        busiest = Math.max(busiest, used);
        resident += usage.residentMegabytes;
      }
      if (first || passed < 0.1) continue;
      (this.samples[name] ??= []).push({
        at,
        cores: cores / passed,
        busiest: busiest / passed,
        residentMegabytes: resident,
      });
    }
    this.takeOthers(ours, at, passed, first);
    this.at = at;
  }

  /** CPU of the programs that have nothing to do with the run; this process is not one of them. */
  private takeOthers(ours: number, at: number, passed: number, first: boolean): void {
    const machine = machineCpuSeconds();
    const own = usageOf(process.pid)?.cpuSeconds ?? 0;
    const used =
      machine === null || this.machine === null ? null : Math.max(0, machine - this.machine - ours - (own - this.own));
    this.machine = machine;
    this.own = own;
    if (used === null || first || passed < 0.1) return;
    (this.samples[others] ??= []).push({ at, cores: used / passed, busiest: used / passed, residentMegabytes: 0 });
  }
}
