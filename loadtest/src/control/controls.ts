import type { LocalSystem } from '../system/local-system.ts';
import type { Summary } from '../report/summary.ts';
import type { ViolationKind } from '../truth/judge.ts';
import type { Outcome } from '../verdict/verdict.ts';

/** Something is broken on purpose, and the verdict must say what. */
export interface Control {
  name: string;
  outcome: Outcome;
  /** One of these must be among the broken promises. */
  violations: ViolationKind[];
  /** Nothing else may be. */
  nothingElse?: boolean;
  /** The checks that must fail, where no promise is broken. */
  failing?: string[];
  /** A file of `sabotage`, loaded into API and worker before anything else. */
  intoSystem?: string;
  intoGenerators?: string;
  prepare?: (database: LocalSystem['database']) => Promise<unknown>;
  checkInP99?: number;
}

export const controls: Control[] = [
  { name: 'nothing is broken', outcome: 'pass', violations: [] },
  {
    name: 'the key of the attendances is dropped',
    outcome: 'fail',
    violations: ['duplicate-row'],
    prepare: (database) =>
      database.query(
        'ALTER TABLE attendances DROP PRIMARY KEY, ADD KEY attendances_event_user (live_event_id, user_id)',
      ),
  },
  {
    name: 'a worker swallows one batch in a hundred',
    outcome: 'fail',
    violations: ['lost-row'],
    intoSystem: 'swallow.ts',
  },
  {
    name: 'a worker writes what nobody asked for',
    outcome: 'fail',
    violations: ['row-without-request'],
    intoSystem: 'ghost.ts',
  },
  {
    name: 'the last check-in wins, not the first',
    outcome: 'fail',
    violations: ['changed-row', 'not-the-first'],
    intoSystem: 'rewrite.ts',
  },
  {
    name: 'the broadcaster stops early',
    outcome: 'fail',
    violations: ['counts-differ'],
    nothingElse: true,
    intoSystem: 'silence.ts',
  },
  { name: 'a threshold is out of reach', outcome: 'fail', violations: [], failing: ['check-in p99'], checkInP99: 0.01 },
  { name: 'the generator does not keep up', outcome: 'void', violations: [], intoGenerators: 'lag.ts' },
];

/** Why the verdict is not the one that this control must have; null when it is. */
export function objection(
  { outcome, violations, nothingElse, failing }: Control,
  { verdict, violations: found }: Summary,
): string | null {
  const kinds = found.map(({ kind }) => kind);
  const failed = verdict.checks.filter(({ ok }) => !ok).map(({ what }) => what);
  if (verdict.outcome !== outcome)
    return `the verdict is ${verdict.outcome} (${[...kinds, ...failed].join(', ') || 'all checks hold'}), and must be ${outcome}`;
  if (violations.length > 0 && !violations.some((kind) => kinds.includes(kind)))
    return `found ${kinds.join(', ') || 'no broken promise'}, and not ${violations.join(' or ')}`;
  if (violations.length === 0 && kinds.length > 0) return `found ${kinds.join(', ')}, and nothing of the kind was done`;
  if (nothingElse && kinds.some((kind) => !violations.includes(kind)))
    return `found ${kinds.join(', ')}, and only ${violations.join(', ')} was done`;
  if (failing && failing.join() !== failed.join())
    return `failed for ${failed.join(', ')}, and not for ${failing.join(', ')}`;
  return null;
}
