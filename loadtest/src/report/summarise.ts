import { countAge, countCurve } from '../metrics/count-age.ts';
import { Latencies, percentilesOf, steps, tailOf } from '../metrics/latency.ts';
import { noSecond, type ErrorCount, type Recorded, type Second, type Tally } from '../virtual-user/recorder.ts';
import type { Machine } from './machine.ts';
import { summaryVersion, type OfferedLoad, type CostFigures, type StepFigures, type Summary } from './summary.ts';
import { others } from '../system/sampler.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { checkAttendance } from '../checks/attendance.ts';
import { checkAudit } from '../checks/audit.ts';
import { Findings, type Violation } from '../checks/findings.ts';
import { thresholdsFor, type Thresholds } from '../thresholds/thresholds.ts';
import { verdictOf, type Check } from '../thresholds/verdict.ts';
import { checkAtRest } from '../checks/at-rest.ts';
import { scenarioThresholds } from '../thresholds/scenario-thresholds.ts';
import type { ScenarioRun } from '../scenario/scenario.ts';

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

export function mergeErrors(all: readonly Recorded[]): Record<string, ErrorCount> {
  const merged: Record<string, ErrorCount> = {};
  for (const { errors } of all)
    for (const [kind, { count, example }] of Object.entries(errors))
      (merged[kind] ??= { count: 0, example }).count += count;
  return merged;
}

function offeredLoad(
  { collected: { log, recorded }, rows }: ScenarioRun,
  seconds: Record<number, Second>,
): OfferedLoad {
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
}: ScenarioRun): CostFigures {
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

/** What programs used that have nothing to do with the run, on average from the first arrival until then. */
export function otherCores(
  { samples, startedAt }: ScenarioRun,
  until: number,
  machine: Machine,
): { used: number; of: number } | null {
  const during = (samples[others] ?? []).filter(({ at }) => at >= startedAt && at <= until);
  if (during.length === 0) return null;
  return { used: during.reduce((sum, { cores }) => sum + cores, 0) / during.length, of: machine.cores };
}

/** Every broken promise of the run. @param allOurs nobody but its students can be watching */
export function violationsOf(run: ScenarioRun, allOurs: boolean): Violation[] {
  const found = new Findings();
  const { corrections } = run.intervened;
  checkAttendance(run.rows, run.collected.log, run.clock, corrections, found);
  checkAudit(run.audit, run.collected.log, corrections, found);
  for (const one of run.atRest) checkAtRest(one, allOurs, run.title, found);
  return found.all();
}

export interface Setting {
  system: SystemUnderTest;
  machine: Machine;
  command: string;
  /** What takes the place of the thresholds that follow from the number of students. */
  thresholds: Partial<Thresholds>;
}

/** Everything there is to say about one run, with its verdict. */
export function summarise(run: ScenarioRun, { system, machine, command, thresholds: given }: Setting): Summary {
  const { options, collected, rows, startedAt } = run;
  const { recorded, health } = collected;
  const latencies = new Latencies();
  for (const { histograms } of recorded) latencies.merge(histograms);
  const seconds = mergeSeconds(recorded);
  const errors = mergeErrors(recorded);
  const busy = Object.values(seconds).reduce((sum, second) => sum + second.busy, 0);
  const ticks = recorded.flatMap((one) => one.ticks);
  const rowTimes = rows.map(({ checkedInAt }) => checkedInAt + run.clock.offset).sort((one, other) => one - other);
  const lastIn = Math.max(0, ...recorded.map(({ lastInAt }) => lastInAt));
  const { students } = options;
  const thresholds: Thresholds = {
    ...thresholdsFor(options),
    ...given,
  };
  const violations = violationsOf(run, system.ownData);
  // After the cut, what pages show is old on purpose.
  const age = countAge(options.cut ? ticks.filter(({ at }) => at <= lastIn + 2_000) : ticks, rowTimes);
  const everyoneInAfter = lastIn === 0 || run.last.in < students ? null : lastIn - startedAt;
  const came = new Set(run.plans.map(({ userId }) => userId));
  const checkedOut = rows.filter(({ checkedOutAt }) => checkedOutAt !== null);
  // Classmates who did not come may have been brought, too.
  const cameAndLeft = checkedOut.filter(({ userId }) => came.has(userId)).length;
  const cost = costFigures(run);
  const further: Check[] = scenarioThresholds(run, latencies);
  const verdict = verdictOf(
    {
      students,
      arrived: run.last.arrived,
      in: run.last.in,
      checkedOut: cameAndLeft,
      everyoneInAfter,
      checkIn: percentilesOf(latencies.of('check-in')),
      countAge: age,
      busy,
      errors,
      violations,
      health,
      further,
      otherCores: otherCores(run, lastIn, machine),
    },
    thresholds,
  );
  const stepFigures = steps.flatMap((step): StepFigures[] => {
    const histogram = latencies.of(step);
    return histogram.totalCount === 0 ? [] : [{ step, ...percentilesOf(histogram), tail: tailOf(histogram) }];
  });
  return {
    version: summaryVersion,
    startedAt,
    endedAt: run.endedAt,
    command,
    url: system.url,
    machine,
    generatorSharesMachine: system.sharesMachine,
    generators: options.generators,
    apiProcesses: system.apiProcesses,
    workerProcesses: system.workerProcesses,
    attendanceSource: system.attendance.source,
    options,
    verdict,
    thresholds,
    violations,
    errors,
    busy,
    rows: { checkedIn: rows.length, checkedOut: checkedOut.length },
    everyoneInAfter,
    load: offeredLoad(run, seconds),
    steps: stepFigures,
    countAge: age,
    cost,
    ceiling: null,
    audit: { entries: run.audit.length, perRow: run.audit.length / Math.max(1, rows.length) },
    statements: run.statements,
    corrections: run.intervened.corrections.length,
    adminWork: run.adminWork,
    health,
    reconnected: run.reconnected,
    series: { seconds, counts: countCurve(ticks, rowTimes), processes: run.samples },
  };
}
