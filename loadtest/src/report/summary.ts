import type { CountAge, CountMoment } from '../figures/count-age.ts';
import type { Heat } from '../figures/heat.ts';
import type { Percentiles, Step } from '../figures/latency.ts';
import type { OwnHealth } from '../generator/messages.ts';
import type { ErrorCount, Second } from '../generator/recorder.ts';
import type { Reconnected } from '../storm/reconnect-storm.ts';
import type { StormOptions } from '../storm/storm.ts';
import type { Samples } from '../system/sampler.ts';
import type { Work } from '../system/work.ts';
import type { Violation } from '../truth/judge.ts';
import type { Totals } from '../truth/rows.ts';
import type { Limits } from '../verdict/limits.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Machine } from './machine.ts';

/** Raised whenever a field changes its meaning or goes. */
export const summaryVersion = 1;

/** One speed or cost beside the ceiling that was measured in the same run. */
export interface Ratio {
  what: string;
  measured: string;
  ceiling: string;
  ratio: number;
  /** “≥ 0.6”; null where the design sets none. */
  target: string | null;
  ok: boolean | null;
}

export interface StepFigures extends Percentiles {
  step: Step;
  /** [one student out of so many, waits longer than so many milliseconds] */
  tail: [outOf: number, milliseconds: number][];
}

/** How the load that was offered came out. */
export interface CastFigures {
  checkInRequests: number;
  /** Rows that were written by a classmate. */
  broughtByClassmates: number;
  alreadyThere: number;
  wrongDigits: number;
  queuedAnswers: number;
  requests: number;
  megabytesReceived: number;
}

export interface CostFigures {
  /** CPU milliseconds for each student, by kind of process; empty where processes cannot be seen. */
  cpuMillisecondsPerStudent: Record<string, number>;
  serverCpuMillisecondsPerStudent: number | null;
  /** Of the API, above what it used before anybody came: connections of both kinds and everything else. */
  kilobytesPerSocket: number | null;
  socketsHeld: number;
  /** For each row that was written. */
  workPerCheckIn: Partial<Work> | null;
}

/** summary.json. Times are milliseconds since 1970, latencies milliseconds. */
export interface Summary {
  version: typeof summaryVersion;
  startedAt: number;
  endedAt: number;
  command: string;
  url: string;
  machine: Machine;
  generatorSharesMachine: boolean;
  generators: number;
  /** Null where that cannot be seen. */
  apiProcesses: number | null;
  workerProcesses: number | null;
  truthSource: string;
  options: StormOptions;
  verdict: Verdict;
  limits: Limits;
  violations: Violation[];
  errors: Record<string, ErrorCount>;
  busy: number;
  rows: Totals;
  everyoneInAfter: number | null;
  cast: CastFigures;
  steps: StepFigures[];
  /** Null when no page showed any count. */
  countAge: CountAge | null;
  cost: CostFigures;
  ratios: Ratio[];
  health: OwnHealth[];
  reconnected: Reconnected | null;
  series: { seconds: Record<number, Second>; heat: Heat; counts: CountMoment[]; processes: Samples };
}
