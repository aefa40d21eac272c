import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Fault } from '../fault.ts';
import type { Part } from '../plan/cast.ts';
import { appendLog, emptyLog, type Log } from '../truth/log.ts';
import type { Order, OwnHealth, Progress, Report, ShownGroup } from './messages.ts';
import type { Recorded } from './recorder.ts';
import type { Direction } from './stage.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const partsPerMessage = 2_000;
/** A client address has about 28,000 ports, and the kernel searches long for a free one well before they are used up. */
const addressesPerGenerator = 64;
const answerWithinMilliseconds = 120_000;

export interface Collected {
  recorded: Recorded[];
  health: OwnHealth[];
  log: Log;
}

const none: Progress = { arrived: 0, settled: 0, finished: 0, connected: 0, in: 0, busy: 0, errors: 0 };

/**
 * Arrivals must follow the clock on a machine that the system under test keeps busy: there the generator goes first.
 * Where that is not allowed it takes its turn, and its own lag says whether it kept up.
 */
function preferred({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGH);
  } catch {
    // Only an administrator may.
  }
}

/** The processes that play the students. */
export class Generators {
  private readonly children: ChildProcess[];
  private readonly latest: Progress[];
  private failure: Error | null = null;
  private closing = false;

  /** @param preload a module that each of them loads first: how a control slows them down */
  constructor(count: number, preload?: string) {
    this.children = Array.from({ length: count }, () =>
      fork(program, {
        serialization: 'advanced',
        execArgv: [
          '--max-old-space-size=4096',
          '--max-semi-space-size=64',
          '--no-memory-reducer',
          ...(preload === undefined ? [] : ['--import', preload]),
        ],
      }),
    );
    this.latest = this.children.map(() => none);
    for (const [index, child] of this.children.entries()) {
      preferred(child);
      child.on('message', (report: Report) => {
        if (report.type === 'progress') this.latest[index] = report.progress;
        if (report.type === 'failed') this.failure ??= new Error(`a generator failed: ${report.reason}`);
      });
      child.once('exit', (code, signal) => {
        if (!this.closing) this.failure ??= new Error(`a generator ended with ${signal ?? String(code)}`);
      });
    }
  }

  get pids(): number[] {
    return this.children.flatMap(({ pid }) => pid ?? []);
  }

  /** Students are dealt out in turn, so that each process has the same load at any time. */
  async prepare(direction: Direction, parts: readonly Part[], local: boolean): Promise<void> {
    await this.each(async (child, index) => {
      const localAddresses = local
        ? Array.from({ length: addressesPerGenerator }, (_, number) => `127.0.${10 + index}.${1 + number}`)
        : null;
      const ready = this.hear(child, 'ready');
      this.order(child, { type: 'direct', direction, localAddresses });
      await ready;
      const own = parts.filter((_, place) => place % this.children.length === index);
      for (let from = 0; from < own.length; from += partsPerMessage)
        this.order(child, { type: 'cast', parts: own.slice(from, from + partsPerMessage) });
    });
  }

  start(at: number): void {
    for (const child of this.children) this.order(child, { type: 'start', at });
  }

  end(): void {
    for (const child of this.children) this.order(child, { type: 'end' });
  }

  /** Of all students, as of the last second. @throws Error when a generator has failed */
  progress(): Progress {
    if (this.failure) throw this.failure;
    const sum = (of: (one: Progress) => number) => this.latest.reduce((total, one) => total + of(one), 0);
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
    const all = await this.each(async (child) => {
      const shown = this.hear(child, 'shown');
      this.order(child, { type: 'show' });
      return (await shown).groups;
    });
    return all.flat();
  }

  async collect(): Promise<Collected> {
    const log = emptyLog();
    const all = await this.each(async (child) => {
      const add = (report: Report) => {
        if (report.type === 'log') appendLog(log, report.log);
      };
      child.on('message', add);
      const collected = this.hear(child, 'collected');
      this.order(child, { type: 'collect' });
      const report = await collected;
      child.off('message', add);
      return report;
    });
    return { recorded: all.map(({ recorded }) => recorded), health: all.map(({ health }) => health), log };
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.each(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      if (child.connected) child.disconnect();
      await gone;
      clearTimeout(timer);
    });
  }

  private order(child: ChildProcess, order: Order): void {
    if (child.connected) child.send(order);
  }

  private async each<T>(act: (child: ChildProcess, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.children.map(act));
  }

  private hear<Type extends Report['type']>(child: ChildProcess, type: Type): Promise<Extract<Report, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        child.off('message', hear);
        child.off('exit', ended);
        finish();
      };
      const hear = (report: Report) => {
        if (report.type === type) settle(() => resolve(report as Extract<Report, { type: Type }>));
      };
      const ended = () => settle(() => reject(this.failure ?? new Error('a generator has ended')));
      const timer = setTimeout(
        () => settle(() => reject(new Fault(`a generator did not say “${type}” in time`))),
        answerWithinMilliseconds,
      );
      child.on('message', hear);
      child.once('exit', ended);
    });
  }
}
