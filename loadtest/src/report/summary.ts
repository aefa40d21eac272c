import type { CountAge, CountMoment } from '../metrics/count-age.ts';
import type { Percentiles, Step } from '../metrics/latency.ts';
import type { OwnHealth } from '../metrics/progress.ts';
import type { ErrorCount, Second } from '../virtual-user/recorder.ts';
import type { AdminWork } from '../scenario/admin-work.ts';
import type { Reconnected } from '../scenario/reconnect.ts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import type { StatementFigures } from '../system/statements.ts';
import type { Samples } from '../system/sampler.ts';
import type { Work } from '../system/work.ts';
import type { Violation } from '../checks/findings.ts';
import type { Totals } from '../checks/attendance-source.ts';
import type { Thresholds } from '../thresholds/thresholds.ts';
import type { Verdict } from '../thresholds/verdict.ts';
import type { Machine } from './machine.ts';

/** Raised whenever a field changes its meaning or goes. */
export const summaryVersion = 2;

export interface StepFigures extends Percentiles {
  step: Step;
  /** [one student out of so many, waits longer than so many milliseconds] */
  tail: [outOf: number, milliseconds: number][];
}

/** System CPU for each student's whole journey, beside the same journey against a bare server. Milliseconds. */
export interface JourneyCeiling {
  product: number;
  bare: number;
  /** product / bare */
  ratio: number;
  /** What each student's two connections take, above what the server used before anybody came. */
  kilobytesPerSocket: { product: number | null; bare: number };
  /** How many students made the journey against the bare server, and how it ended. */
  students: number;
}

/** How the load that was offered came out. */
export interface OfferedLoad {
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
  attendanceSource: string;
  options: ScenarioOptions;
  verdict: Verdict;
  thresholds: Thresholds;
  violations: Violation[];
  errors: Record<string, ErrorCount>;
  busy: number;
  rows: Totals;
  everyoneInAfter: number | null;
  load: OfferedLoad;
  steps: StepFigures[];
  /** Null when no page showed any count. */
  countAge: CountAge | null;
  cost: CostFigures;
  /** The same students against a bare server, in the same run; null when it was not measured. */
  ceiling: JourneyCeiling | null;
  audit: { entries: number; perRow: number };
  /** The database's work by statement, the longest first; null where it was not asked for. */
  statements: StatementFigures[] | null;
  corrections: number;
  adminWork: AdminWork[];
  health: OwnHealth[];
  reconnected: Reconnected | null;
  series: { seconds: Record<number, Second>; counts: CountMoment[]; processes: Samples };
}
