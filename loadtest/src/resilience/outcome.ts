import type { Violation, ViolationKind } from '../checks/findings.ts';
import { mostForOthers } from '../thresholds/verdict.ts';
import type { ErrorCount } from '../virtual-user/recorder.ts';
import type { Expectation, Objection } from './fault.ts';

/** One line of the table, with what was measured besides. Times are milliseconds. */
export interface Outcome {
  name: string;
  at: string;
  version: string;
  /** Null: it could not be shown that the fault struck. */
  proof: string | null;
  /** Check-ins that were sent, each try. */
  requests: number;
  /** Students of whom somebody was told 200 or 202. */
  acknowledged: number;
  /** Of those, by 202 alone. */
  queued: number;
  rows: number;
  lost: number;
  doubled: number;
  changed: number;
  longestWithoutService: number;
  longestWithout200: number;
  /** From the third second of the fault to its end: of a hundred check-ins so many were answered 200 or 202. */
  shareFromThirdSecond: number | null;
  /** From the end of the fault until the last check-in was sent that was not answered 200. */
  all200After: number;
  /** Of all cores, the share that other programs used meanwhile; null where that cannot be seen. */
  othersShare: number | null;
  /** Requests without an answer, and students whose page gave up something. */
  unanswered: number;
  gaveUp: number;
  objections: Objection[];
  reasons: string[];
  /** As it has to be: none, or exactly those of a control. */
  passed: boolean;
}

const kinds: Record<Exclude<Objection, 'not struck' | 'service' | 'other'>, ViolationKind[]> = {
  lost: ['lost-row', 'lost-check-out', 'lost-correction', 'audit-missing'],
  doubled: ['duplicate-row', 'audit-doubled'],
  changed: [
    'changed-row',
    'not-the-first',
    'changed-evidence',
    'changed-check-out',
    'told-otherwise',
    'wrong-outcome',
    'wrong-list',
    'row-without-request',
    'check-out-without-request',
    'audit-without-request',
  ],
};

/** While something is broken a page may lose an answer or its live connection, and try again; some of it until it gives up. */
const ofTheFault = /: (no answer|lost|given up)$/;
/** Whoever gave up at the first page has no connection on which to be told. */
const notTold = 'live connection: not told of the end';
const isUnanswered = (kind: string) => kind.endsWith(': no answer');

type Judged = Omit<
  Outcome,
  'lost' | 'doubled' | 'changed' | 'unanswered' | 'gaveUp' | 'objections' | 'reasons' | 'passed'
>;

/** Holds what was seen against what the experiment allows. */
export function judge(
  experiment: Expectation,
  seen: Judged,
  violations: readonly Violation[],
  errors: Readonly<Record<string, ErrorCount>>,
): Outcome {
  const counted = violations.filter(({ kind }) => kind !== 'audit-missing' || !experiment.mayLoseAudit);
  const many = (of: ViolationKind[]) =>
    counted.reduce((sum, { kind, count }) => sum + (of.includes(kind) ? count : 0), 0);
  const errorsOf = (which: (kind: string) => boolean) =>
    Object.entries(errors).reduce((sum, [kind, { count }]) => sum + (which(kind) ? count : 0), 0);
  const [lost, doubled, changed] = [many(kinds.lost), many(kinds.doubled), many(kinds.changed)];
  const reasons: string[] = counted.map(({ kind, count, examples }) => `${kind} × ${count}: ${examples[0] ?? ''}`);
  const objections = new Set<Objection>();
  if (seen.proof === null) {
    objections.add('not struck');
    reasons.push('nothing shows that the fault struck');
  }
  if (lost > 0) objections.add('lost');
  if (doubled > 0) objections.add('doubled');
  if (changed > 0) objections.add('changed');
  if (counted.some(({ kind }) => !Object.values(kinds).flat().includes(kind))) objections.add('other');
  const longest = experiment.withoutServiceSeconds * 1_000;
  if (seen.longestWithoutService > longest) {
    objections.add('service');
    if ((seen.othersShare ?? 0) > mostForOthers)
      reasons.push(
        `other programs used ${Math.round(100 * (seen.othersShare ?? 0))} % of the machine: the time says little`,
      );
    reasons.push(
      `${inSeconds(seen.longestWithoutService)} without service, of ${experiment.withoutServiceSeconds} s at most`,
    );
  }
  const gaveUp = errorsOf((kind) => kind.endsWith(': given up'));
  for (const [kind, { count, example }] of Object.entries(errors)) {
    const allowed = ofTheFault.test(kind) && !(experiment.answersAll && !kind.endsWith(': lost'));
    if (allowed || (kind === notTold && count <= gaveUp)) continue;
    objections.add('other');
    reasons.push(`${kind} × ${count}: ${example}`);
  }
  const { mustFail = [], mayAlsoFail = [] } = experiment;
  const passed =
    mustFail.every((objection) => objections.has(objection)) &&
    [...objections].every((objection) => [...mustFail, ...mayAlsoFail].includes(objection));
  return {
    ...seen,
    lost,
    doubled,
    changed,
    unanswered: errorsOf(isUnanswered),
    gaveUp,
    objections: [...objections],
    reasons,
    passed,
  };
}

export const inSeconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;
