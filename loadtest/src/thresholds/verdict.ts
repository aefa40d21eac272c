import type { CountAge } from '../metrics/count-age.ts';
import type { Percentiles } from '../metrics/latency.ts';
import type { OwnHealth } from '../metrics/progress.ts';
import type { ErrorCount } from '../virtual-user/recorder.ts';
import type { Violation } from '../checks/findings.ts';
import type { Thresholds } from './thresholds.ts';

/** What is judged of a run. Milliseconds. */
export interface RunFigures {
  students: number;
  arrived: number;
  in: number;
  checkedOut: number;
  /** Null when nobody got in. */
  everyoneInAfter: number | null;
  checkIn: Percentiles;
  /** Null when no page showed any count. */
  countAge: CountAge | null;
  busy: number;
  errors: Record<string, ErrorCount>;
  violations: Violation[];
  health: OwnHealth[];
  /** Cores that programs took which have nothing to do with the run, on average while students came; null: unknown. */
  otherCores: { used: number; of: number } | null;
  /** Further things that this kind of run must show. */
  further: Check[];
}

export interface Check {
  /** As it stands in the report: “check-in p99”. */
  what: string;
  target: string;
  measured: string;
  ok: boolean;
  /** Only the speed of this machine decides it, so a generator that did not keep up makes it worthless. */
  speed: boolean;
}

export type Outcome = 'pass' | 'fail' | 'void';

export interface Verdict {
  outcome: Outcome;
  checks: Check[];
  /** Why the run says nothing; empty unless void. */
  voidBecause: string[];
}

export const exitCodes: Record<Outcome, number> = { pass: 0, fail: 1, void: 3 };

const mostOfOneCore = 0.95;

/** Of all cores: what others may take before the speed says nothing of the system. */
export const mostForOthers = 0.2;

const milliseconds = (value: number) => `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en')} ms`;
const many = (value: number) => value.toLocaleString('en');

function atMost(what: string, limit: number | null, measured: number | null, speed = true): Check[] {
  if (limit === null) return [];
  const ok = measured !== null && measured <= limit;
  return [
    {
      what,
      target: `≤ ${milliseconds(limit)}`,
      measured: measured === null ? 'never' : milliseconds(measured),
      ok,
      speed,
    },
  ];
}

function all(what: string, of: number, measured: number): Check {
  return { what, target: many(of), measured: many(measured), ok: measured === of, speed: false };
}

function none(what: string, measured: number, example = ''): Check {
  return {
    what,
    target: '0',
    measured: `${many(measured)}${example ? ` (${example})` : ''}`,
    ok: measured === 0,
    speed: false,
  };
}

function checksOf(judged: RunFigures, thresholds: Thresholds): Check[] {
  const errors = Object.entries(judged.errors);
  const errorCount = errors.reduce((sum, [, { count }]) => sum + count, 0);
  const violations = judged.violations.reduce((sum, { count }) => sum + count, 0);
  return [
    none('violations', violations, judged.violations.map(({ kind, count }) => `${kind} × ${count}`).join(', ')),
    none('errors', errorCount, errors.map(([kind, { count }]) => `${kind} × ${count}`).join(', ')),
    all('students who arrived', judged.students, judged.arrived),
    all('students who got in', judged.students, judged.in),
    all('students who were checked out', judged.in, judged.checkedOut),
    ...(thresholds.busyAllowed ? [] : [none('503 BUSY', judged.busy)]),
    ...atMost('check-in p99', thresholds.checkInP99, judged.checkIn.p99),
    ...atMost('everyone in after', thresholds.everyoneInWithin, judged.everyoneInAfter),
    ...atMost('age of the count, p99', thresholds.countAgeP99, judged.countAge?.p99 ?? null),
    ...atMost('age of the count, at most', thresholds.countAgeMax, judged.countAge?.max ?? null),
    ...judged.further,
  ];
}

/** Whether the generator, and not the system, may be what was measured. */
function doubts(
  { health, checkIn, otherCores }: RunFigures,
  { checkInP99: limit, othersAllowed, latestArrivals }: Thresholds,
): string[] {
  const worst = (of: (one: OwnHealth) => number) => Math.max(0, ...health.map(of));
  const late = worst((one) => one.lateP99);
  const busiest = worst((one) => one.busiest);
  const lag = worst((one) => one.lagP99);
  const explains = limit !== null && checkIn.p99 > limit && checkIn.p99 - lag <= limit;
  const taken = otherCores ? otherCores.used / otherCores.of : 0;
  return [
    ...(otherCores && !othersAllowed && taken > mostForOthers
      ? [`other programs used ${otherCores.used.toFixed(1)} of ${otherCores.of} cores meanwhile`]
      : []),
    ...(late > latestArrivals
      ? [`arrivals began ${milliseconds(late)} late (p99), so the planned load was not offered`]
      : []),
    ...(busiest > mostOfOneCore ? [`a generator used ${Math.round(busiest * 100)} % of a core for five seconds`] : []),
    ...(explains
      ? [`a generator lagged by ${milliseconds(lag)} (p99), which alone may be why check-ins seemed slow`]
      : []),
  ];
}

/**
 * A violation or an error is a failure whatever the generator did. Of speed alone nothing can be said when the
 * generator was the bottleneck: what passed all the same would have passed with a better one, except that arrivals
 * which came late were an easier load. The same holds for a machine on which others were at work.
 */
export function verdictOf(judged: RunFigures, thresholds: Thresholds): Verdict {
  const checks = checksOf(judged, thresholds);
  const failed = checks.filter(({ ok }) => !ok);
  const broken = failed.some(({ speed }) => !speed);
  if (broken) return { outcome: 'fail', checks, voidBecause: [] };
  const voidBecause = doubts(judged, thresholds);
  const wasEasier = judged.health.some(({ lateP99 }) => lateP99 > thresholds.latestArrivals);
  if (voidBecause.length > 0 && (failed.length > 0 || wasEasier)) return { outcome: 'void', checks, voidBecause };
  return { outcome: failed.length > 0 ? 'fail' : 'pass', checks, voidBecause: [] };
}
