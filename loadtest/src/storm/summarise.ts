import { countAge, countCurve } from '../figures/count-age.ts';
import { mergeHeat, type Heat } from '../figures/heat.ts';
import { Latencies, percentilesOf, steps, tailOf } from '../figures/latency.ts';
import { noSecond, type ErrorCount, type Recorded, type Second, type Tally } from '../generator/recorder.ts';
import type { Machine } from '../report/machine.ts';
import {
  summaryVersion,
  type CastFigures,
  type CostFigures,
  type StepFigures,
  type Summary,
} from '../report/summary.ts';
import { others } from '../system/sampler.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { Findings, judge, type Violation } from '../truth/judge.ts';
import { limitsFor, type Limits } from '../verdict/limits.ts';
import { judgeRun, type Check } from '../verdict/verdict.ts';
import { judgeAtRest } from './at-rest.ts';
import { furtherChecks } from './further-checks.ts';
import type { Storm } from './storm.ts';

const ofTheSystem = ['API', 'worker', 'database', 'Redis'];

function mergeSeconds(all: readonly Recorded[]): Record<number, Second> {
  const merged: Record<number, Second> = {};
  for (const { seconds } of all)
    for (const [second, counts] of Object.entries(seconds)) {
      const into = (merged[Number(second)] ??= noSecond());
      for (const [tally, count] of Object.entries(counts) as [Tally, number][]) into[tally] += count;
    }
  return merged;
}

function mergeErrors(all: readonly Recorded[]): Record<string, ErrorCount> {
  const merged: Record<string, ErrorCount> = {};
  for (const { errors } of all)
    for (const [kind, { count, example }] of Object.entries(errors))
      (merged[kind] ??= { count: 0, example }).count += count;
  return merged;
}

function castFigures({ collected: { log, recorded }, rows }: Storm, seconds: Record<number, Second>): CastFigures {
  const outcomes = log.checkIns.flatMap(({ results }) => results?.map(({ outcome }) => outcome) ?? []);
  const many = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    checkInRequests: log.checkIns.length,
    broughtByClassmates: rows.filter(({ userId, checkedInBy }) => userId !== checkedInBy).length,
    alreadyThere: many('already-checked-in'),
    wrongDigits: many('wrong-digits') + log.checkIns.filter(({ status }) => status === 422).length,
    queuedAnswers: log.checkIns.filter(({ status }) => status === 202).length,
    requests: Object.values(seconds).reduce((sum, { requests }) => sum + requests, 0),
    megabytesReceived: recorded.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0) / 1e6,
  };
}

function costFigures({
  cpuSeconds,
  options: { students },
  memoryBefore,
  memoryHeld,
  socketsHeld,
  work,
  rows,
}: Storm): CostFigures {
  const perStudent = (cpu: number) => (cpu * 1000) / students;
  const seen = ofTheSystem.filter((name) => name in cpuSeconds);
  const server = seen.reduce((sum, name) => sum + (cpuSeconds[name] ?? 0), 0);
  const before = memoryBefore['API'];
  const held = memoryHeld['API'];
  return {
    cpuMillisecondsPerStudent: Object.fromEntries(
      Object.entries(cpuSeconds).map(([name, cpu]) => [name, perStudent(cpu)]),
    ),
    serverCpuMillisecondsPerStudent: seen.length === 0 ? null : perStudent(server),
    kilobytesPerSocket:
      before === undefined || held === undefined || socketsHeld === 0 ? null : ((held - before) * 1024) / socketsHeld,
    socketsHeld,
    workPerCheckIn: work && {
      redisCommands: work.redisCommands / rows.length,
      redisCpuSeconds: work.redisCpuSeconds / rows.length,
      statements: work.statements / rows.length,
      logSyncs: work.logSyncs / rows.length,
    },
  };
}

/** From the first arrival until the last student was in. */
function otherCores(
  { samples, startedAt }: Storm,
  lastIn: number,
  machine: Machine,
): { used: number; of: number } | null {
  const during = (samples[others] ?? []).filter(({ at }) => at >= startedAt && at <= lastIn);
  if (during.length === 0) return null;
  return { used: during.reduce((sum, { cores }) => sum + cores, 0) / during.length, of: machine.cores };
}

function violationsOf(storm: Storm, allOurs: boolean): Violation[] {
  const found = new Findings();
  judge(storm.rows, storm.collected.log, storm.clock, found);
  for (const one of storm.atRest) judgeAtRest(one, allOurs, found);
  return found.all();
}

export interface Setting {
  system: SystemUnderTest;
  machine: Machine;
  command: string;
  /** What takes the place of the limits that follow from the size of the crowd. */
  limits: Partial<Limits>;
}

/** Everything there is to say about one run, with its verdict. */
export function summarise(storm: Storm, { system, machine, command, limits: given }: Setting): Summary {
  const { options, collected, rows, startedAt } = storm;
  const { recorded, health } = collected;
  const latencies = new Latencies();
  const heat: Heat = {};
  for (const { histograms, heat: own } of recorded) {
    latencies.merge(histograms);
    mergeHeat(heat, own);
  }
  const seconds = mergeSeconds(recorded);
  const errors = mergeErrors(recorded);
  const busy = Object.values(seconds).reduce((sum, second) => sum + second.busy, 0);
  const ticks = recorded.flatMap((one) => one.ticks);
  const rowTimes = rows.map(({ checkedInAt }) => checkedInAt + storm.clock.offset).sort((one, other) => one - other);
  const lastIn = Math.max(0, ...recorded.map(({ lastInAt }) => lastInAt));
  const { students } = options;
  const limits: Limits = {
    ...limitsFor(options),
    ...given,
  };
  const violations = violationsOf(storm, system.ownData);
  // After the cut, what pages show is old on purpose.
  const age = countAge(options.cut ? ticks.filter(({ at }) => at <= lastIn + 2_000) : ticks, rowTimes);
  const everyoneInAfter = lastIn === 0 || storm.last.in < students ? null : lastIn - startedAt;
  const checkedOut = rows.filter(({ checkedOutAt }) => checkedOutAt !== null).length;
  const cost = costFigures(storm);
  const further: Check[] = furtherChecks(storm);
  const verdict = judgeRun(
    {
      students,
      arrived: storm.last.arrived,
      in: storm.last.in,
      checkedOut,
      everyoneInAfter,
      checkIn: percentilesOf(latencies.of('check-in')),
      countAge: age,
      busy,
      errors,
      violations,
      health,
      further,
      otherCores: otherCores(storm, lastIn, machine),
    },
    limits,
  );
  const stepFigures = steps.flatMap((step): StepFigures[] => {
    const histogram = latencies.of(step);
    return histogram.totalCount === 0 ? [] : [{ step, ...percentilesOf(histogram), tail: tailOf(histogram) }];
  });
  return {
    version: summaryVersion,
    startedAt,
    endedAt: storm.endedAt,
    command,
    url: system.url,
    machine,
    generatorSharesMachine: system.sharesMachine,
    generators: options.generators,
    apiProcesses: system.apiProcesses,
    workerProcesses: system.workerProcesses,
    truthSource: system.truth.source,
    options,
    verdict,
    limits,
    violations,
    errors,
    busy,
    rows: { checkedIn: rows.length, checkedOut },
    everyoneInAfter,
    cast: castFigures(storm, seconds),
    steps: stepFigures,
    countAge: age,
    cost,
    ratios: [],
    health,
    reconnected: storm.reconnected,
    series: { seconds, heat, counts: countCurve(ticks, rowTimes), processes: storm.samples },
  };
}
