import { cpus, totalmem } from 'node:os';
import { checkInRate } from './check-in-rate.ts';
import { journeyCost } from './journey-cost.ts';
import type { Pace } from './pace.ts';
import type { Comparison, Limit } from './ratio.ts';
import { rowRate } from './row-rate.ts';
import { socketCost } from './socket-cost.ts';
import { setStage } from './stage.ts';

export interface CeilingOptions {
  /** Of ceiling and product in turn; the ratios’ median is reported. Default 3; fewer where the machine is too slow. */
  rounds?: number;
  /** Of one pass at full speed. Default 6. */
  seconds?: number;
  /** Students on the roster, at least as many as sockets. Default 10,000. */
  students?: number;
  /** Students who make the whole journey in one pass. Default 1,500. */
  journeys?: number;
  /** Held at a time. Default 10,000. */
  sockets?: number;
  /** Ends it: everything is taken down, and the promise rejects. */
  signal?: AbortSignal;
  progress?: (doing: string) => void;
}

/** What the report shows beside the run. */
export interface Ceilings {
  version: 1;
  comparisons: Comparison[];
  limits: Limit[];
  machine: { cores: number; model: string; memoryBytes: number; node: string };
  /** Everything ran on this one machine: ceilings, product and generators. */
  shared: true;
  rounds: number;
  secondsPerPass: number;
  seconds: number;
}

const broadcasts = 5;
/** After so long a measurement begins no further round, so that the whole stays near six minutes on a busy machine too. */
const longestSeconds = { journeys: 50, checkIns: 50, rows: 45, sockets: 80 };

/**
 * Measures the product against ceilings that are measured in the same run, on the same machine, in turn.
 * Starts and stops everything itself. The API must be built.
 * @throws StackError, the signal’s reason, or Error when an answer was wrong or a row missing: then no figure counts
 */
export async function measureCeilings(options: CeilingOptions = {}): Promise<Ceilings> {
  const { rounds = 3, seconds = 6, students = 10_000, journeys = 1_500, sockets = 10_000, progress } = options;
  const signal = options.signal ?? new AbortController().signal;
  const begun = performance.now();
  const pace = (of: keyof typeof longestSeconds): Pace => ({
    rounds,
    seconds,
    deadline: performance.now() + longestSeconds[of] * 1000,
  });
  await using resources = new AsyncDisposableStack();
  try {
    progress?.('starting a private stack, signing everybody in');
    const stage = await setStage(resources, students, signal);
    const system = await stage.startSystem();
    resources.defer(() => system.stop());
    progress?.('whole journeys: server CPU');
    const journeyRows = await journeyCost(stage, system, { ...pace('journeys'), seconds: seconds / 2, journeys });
    progress?.('check-ins of three');
    const checkIns = await checkInRate(stage, system, pace('checkIns'));
    progress?.('rows, check-ins of ten');
    const rows = await rowRate(stage, system, pace('rows'));
    await system.stop();
    progress?.('held sockets: memory and counts');
    const { comparisons, age } = await socketCost(stage, { ...pace('sockets'), sockets, broadcasts });
    return {
      version: 1,
      comparisons: [checkIns, rows, ...journeyRows, ...comparisons],
      limits: [age],
      machine: { cores: cpus().length, model: cpus()[0]?.model ?? '', memoryBytes: totalmem(), node: process.version },
      shared: true,
      rounds,
      secondsPerPass: seconds,
      seconds: (performance.now() - begun) / 1000,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
