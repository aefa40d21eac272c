import type { ViolationKind } from '../checks/findings.ts';
import type { Summary } from '../report/summary.ts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import type { Outcome } from '../thresholds/verdict.ts';
import type { DatabaseFault } from './database-faults.ts';

/** Something is broken on purpose, and the verdict must say what. */
export interface SelfTest {
  name: string;
  outcome: Outcome;
  /** One of these must be among the violations. */
  violations: ViolationKind[];
  /** Nothing else may be. */
  nothingElse?: boolean;
  /** Of these checks at least one must fail, and no other check; for a run in which nothing of the data is wrong. */
  failing?: string[];
  /** Done to the database while everybody watches, or before the system starts. */
  database?: DatabaseFault;
  scenario?: Partial<ScenarioOptions>;
  checkInP99?: number;
  /** Speed is judged as in a real run. */
  strict?: boolean;
}

/** Enough students that all of them at once are more than the machine serves within the threshold. */
const opening = { profile: 'opening', students: 3_000, waitForSeconds: 40 } as const;

export const selfTests: SelfTest[] = [
  { name: 'nothing is broken', outcome: 'pass', violations: [] },
  {
    name: 'the primary key of the attendances is dropped',
    outcome: 'fail',
    violations: ['duplicate-row'],
    database: 'no primary key',
  },
  { name: 'a committed row is lost', outcome: 'fail', violations: ['lost-row'], database: 'lost row' },
  {
    name: 'a row is there that nobody asked for',
    outcome: 'fail',
    violations: ['row-without-request'],
    database: 'row without request',
  },
  {
    name: 'a row is changed after it was answered',
    outcome: 'fail',
    violations: ['changed-row', 'not-the-first'],
    database: 'changed row',
  },
  {
    name: 'an audit entry is lost',
    outcome: 'fail',
    violations: ['audit-missing'],
    nothingElse: true,
    database: 'lost audit entry',
  },
  {
    name: 'an audit entry is written twice',
    outcome: 'fail',
    violations: ['audit-doubled'],
    nothingElse: true,
    database: 'doubled audit entry',
  },
  {
    name: 'pages stop showing new counts',
    outcome: 'fail',
    violations: ['counts-differ'],
    nothingElse: true,
    scenario: { faults: { stopsShowingCountsAfter: 3 } },
  },
  {
    name: 'pages do not hear that the event was changed',
    outcome: 'fail',
    violations: ['event-differs'],
    nothingElse: true,
    scenario: { faults: { ignoresEvents: true } },
  },
  {
    name: 'the database is slow for a while',
    outcome: 'pass',
    violations: [],
    scenario: { slowDatabase: true },
  },
  {
    name: 'the database is slow, and a row is lost',
    outcome: 'fail',
    violations: ['lost-row'],
    database: 'lost row',
    scenario: { slowDatabase: true },
  },
  {
    name: 'pages check in again after the connections were cut',
    outcome: 'fail',
    violations: [],
    failing: ['check-ins after the cut'],
    scenario: { cut: true, faults: { checksInAgain: true } },
  },
  { name: 'a threshold is out of reach', outcome: 'fail', violations: [], failing: ['check-in p99'], checkInP99: 0.01 },
  {
    name: 'the generator does not keep up',
    outcome: 'void',
    violations: [],
    scenario: { faults: { generatorLags: true } },
    strict: true,
  },
  {
    name: 'the opening without pacing',
    outcome: 'fail',
    violations: [],
    failing: [
      'check-in p99',
      'check-in p99.9',
      'the slowest measured line',
      'the last who had pressed before is in after',
      'told of one’s own check-in, p99',
    ],
    scenario: { ...opening, faults: { pacingOff: true } },
    checkInP99: 150,
  },
  {
    name: 'the host moves the opening, and pages are not told',
    outcome: 'fail',
    violations: ['event-differs'],
    scenario: { ...opening, students: 300, movesOpeningBySeconds: 30, faults: { ignoresEvents: true } },
  },
  {
    name: 'the host moves the opening, and pages are told',
    outcome: 'pass',
    violations: [],
    scenario: { ...opening, students: 300, movesOpeningBySeconds: 30 },
  },
];

/** Why the verdict is not the one that this self-test must have; null when it is. */
export function objection(
  { outcome, violations, nothingElse, failing }: SelfTest,
  { verdict, violations: found }: Summary,
): string | null {
  const kinds = found.map(({ kind }) => kind);
  const failed = verdict.checks.filter(({ ok }) => !ok).map(({ what }) => what);
  if (verdict.outcome !== outcome)
    return `the verdict is ${verdict.outcome} (${[...kinds, ...failed].join(', ') || 'all checks hold'}), and must be ${outcome}`;
  if (violations.length > 0 && !violations.some((kind) => kinds.includes(kind)))
    return `found ${kinds.join(', ') || 'no violation'}, and not ${violations.join(' or ')}`;
  if (violations.length === 0 && kinds.length > 0) return `found ${kinds.join(', ')}, and nothing of the kind was done`;
  if (nothingElse && kinds.some((kind) => !violations.includes(kind)))
    return `found ${kinds.join(', ')}, and only ${violations.join(', ')} was done`;
  if (failing && (failed.length === 0 || failed.some((what) => !failing.includes(what))))
    return `failed for ${failed.join(', ') || 'nothing'}, and not only for ${failing.join(', ')}`;
  return null;
}
