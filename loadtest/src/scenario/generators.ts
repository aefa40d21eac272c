import { appendLog, emptyLog, type Log } from '../checks/request-log.ts';
import { ServingProcess } from '../processes/child-process.ts';
import type { Behaviour } from '../virtual-user/context.ts';
import type { GeneratorCalls } from '../virtual-user/generator-process.ts';
import type { OwnHealth, Progress, ShownGroup } from '../metrics/progress.ts';
import type { Recorded } from '../virtual-user/recorder.ts';
import type { UserPlan } from '../plan/user-plan.ts';

const program = new URL('../virtual-user/generator-process.ts', import.meta.url);
const plansPerMessage = 2_000;
/** A client address has about 28,000 ports, and the kernel searches long for a free one well before they are used up. */
const addressesPerGenerator = 64;

export interface Collected {
  recorded: Recorded[];
  health: OwnHealth[];
  log: Log;
}

/** The processes that run the virtual users. */
export class Generators {
  private readonly processes: ServingProcess<GeneratorCalls>[];

  constructor(count: number) {
    const execArgv = ['--max-old-space-size=4096', '--max-semi-space-size=64', '--no-memory-reducer'];
    this.processes = Array.from({ length: count }, () => new ServingProcess(program, { execArgv, preferred: true }));
  }

  get pids(): number[] {
    return this.processes.map(({ pid }) => pid);
  }

  /** Virtual users are dealt out in turn, so that each process has the same load at any time. */
  async prepare(behaviour: Behaviour, plans: readonly UserPlan[], local: boolean): Promise<void> {
    const shares = this.processes.map((_, index) =>
      plans.filter((__, place) => place % this.processes.length === index),
    );
    await this.each(async (one, index) => {
      const localAddresses = local
        ? Array.from({ length: addressesPerGenerator }, (_, number) => `127.0.${10 + index}.${1 + number}`)
        : null;
      await one.call('setUp', { behaviour, localAddresses });
      const own = shares[index] ?? [];
      for (let from = 0; from < own.length; from += plansPerMessage)
        await one.call('add', own.slice(from, from + plansPerMessage));
    });
  }

  async start(at: number): Promise<void> {
    await this.each((one) => one.call('start', at));
  }

  async end(): Promise<void> {
    await this.each((one) => one.call('end', undefined));
  }

  /** Of all virtual users. @throws Error when a generator has failed */
  async progress(): Promise<Progress> {
    const all = await this.each((one) => one.call('progress', undefined));
    const sum = (of: (one: Progress) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      arrived: sum((one) => one.arrived),
      settled: sum((one) => one.settled),
      finished: sum((one) => one.finished),
      connected: sum((one) => one.connected),
      in: sum((one) => one.in),
      busy: sum((one) => one.busy),
      errors: sum((one) => one.errors),
    };
  }

  async shown(): Promise<ShownGroup[]> {
    return (await this.each((one) => one.call('shown', undefined))).flat();
  }

  async collect(): Promise<Collected> {
    const log = emptyLog();
    const all = await this.each(async (one) => {
      const finished = await one.call('finish', undefined);
      for (let from = 0; from < finished.lines;) {
        const { slice, next } = await one.call('log', from);
        appendLog(log, slice);
        from = next;
      }
      return finished;
    });
    return { recorded: all.map(({ recorded }) => recorded), health: all.map(({ health }) => health), log };
  }

  async close(): Promise<void> {
    await this.each((one) => one[Symbol.asyncDispose]());
  }

  private async each<T>(act: (one: ServingProcess<GeneratorCalls>, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.processes.map(act));
  }
}
