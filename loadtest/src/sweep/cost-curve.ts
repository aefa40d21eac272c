import { fittedLine } from '../figures/rounds.ts';
import type { Summary } from '../report/summary.ts';

/** One size of crowd. */
export interface CostPoint {
  students: number;
  outcome: string;
  /** Milliseconds of all server processes for each student. */
  cpuPerStudent: number;
  cpuByKind: Record<string, number>;
  kilobytesPerStudent: number;
  redisCommandsPerRow: number;
  statementsPerRow: number;
  logSyncsPerRow: number;
  /** Milliseconds. */
  checkInP50: number;
  checkInP99: number;
  /** The busiest process of each kind in its busiest tenth of the time, 0 to 1: one thread can give no more. */
  busiest: Record<string, number>;
  perSecond: number;
}

const kinds = ['API', 'worker', 'database', 'Redis'];

function busiestTenth(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.9)] ?? 0;
}

export function costPoint(summary: Summary): CostPoint {
  const { options, cost, steps, verdict, series, startedAt } = summary;
  const checkIn = steps.find(({ step }) => step === 'check-in');
  const until = startedAt + options.arriveWithinSeconds * 1000;
  const busiest = kinds.map((kind) => {
    const during = (series.processes[kind] ?? []).filter(({ at }) => at >= startedAt && at <= until);
    return [kind, busiestTenth(during.map((sample) => sample.busiest))] as const;
  });
  return {
    students: options.students,
    outcome: verdict.outcome,
    cpuPerStudent: cost.serverCpuMillisecondsPerStudent ?? NaN,
    cpuByKind: cost.cpuMillisecondsPerStudent,
    kilobytesPerStudent: cost.kilobytesPerSocket ?? NaN,
    redisCommandsPerRow: cost.workPerCheckIn?.redisCommands ?? NaN,
    statementsPerRow: cost.workPerCheckIn?.statements ?? NaN,
    logSyncsPerRow: cost.workPerCheckIn?.logSyncs ?? NaN,
    checkInP50: checkIn?.p50 ?? NaN,
    checkInP99: checkIn?.p99 ?? NaN,
    busiest: Object.fromEntries(busiest),
    perSecond: options.students / options.arriveWithinSeconds,
  };
}

export interface Prediction {
  students: number;
  /** Server CPU of the whole event, in seconds, by a line through the points. */
  cpuSeconds: number;
  cpuExplained: number;
  memoryMegabytes: number;
  withinSeconds: number;
  machines: number;
  /** What each kind of process could take at most, in students a second, with one thread; the smallest breaks first. */
  mostPerSecond: { kind: string; perSecond: number }[];
  /** The dearest student in relation to the cheapest: 1 is flat. */
  flatness: number;
}

export interface MachineSize {
  cores: number;
  memoryMegabytes: number;
}

/** Of a machine: what one would plan to use of it. */
const used = 0.7;

/** A line through total CPU and total memory over the number of students, carried on to `students`. */
export function predict(
  points: readonly CostPoint[],
  students: number,
  withinSeconds: number,
  machine: MachineSize,
): Prediction {
  const cpu = fittedLine(points.map((point) => [point.students, (point.students * point.cpuPerStudent) / 1000]));
  const memory = fittedLine(
    points.map((point) => [point.students, (point.students * point.kilobytesPerStudent) / 1024]),
  );
  const cpuSeconds = cpu.intercept + cpu.slope * students;
  const memoryMegabytes = memory.intercept + memory.slope * students;
  const byCpu = cpuSeconds / withinSeconds / (machine.cores * used);
  const byMemory = memoryMegabytes / (machine.memoryMegabytes * used);
  const last = points.at(-1);
  const mostPerSecond = Object.entries(last?.busiest ?? {})
    .map(([kind, share]) => ({ kind, perSecond: share === 0 ? Infinity : (last?.perSecond ?? 0) / share }))
    .sort((one, other) => one.perSecond - other.perSecond);
  const costs = points.map(({ cpuPerStudent }) => cpuPerStudent);
  return {
    students,
    cpuSeconds,
    cpuExplained: cpu.explained,
    memoryMegabytes,
    withinSeconds,
    mostPerSecond,
    machines: Math.max(1, Math.ceil(Math.max(byCpu, byMemory))),
    flatness: Math.max(...costs) / Math.min(...costs),
  };
}
