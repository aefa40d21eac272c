/** What a promise looks like when it is broken. */
export const violationKinds = {
  'duplicate-row': 'a student has two rows',
  'lost-row': 'an acknowledged check-in has no row',
  'row-without-request': 'a row that nobody asked for',
  'changed-row': 'the row is not what was answered',
  'not-the-first': '“already-checked-in” does not name the one who stands in the row',
  'wrong-outcome': 'an outcome that does not fit what was asked',
  'changed-evidence': 'the measured connection is not what was sent',
  'lost-check-out': 'an acknowledged check-out is not in the row',
  'changed-check-out': 'the check-out is not what was answered',
  'check-out-without-request': 'a check-out that nobody asked for',
  'told-otherwise': 'a student was told of an attendance that the row does not hold',
  'wrong-list': 'a check-out list is not those whom the student checked in',
  'audit-missing': 'an answered request has no entry in the audit',
  'audit-doubled': 'the audit holds an entry more often than it was asked for',
  'audit-without-request': 'the audit holds an entry that nobody asked for',
  'event-differs': 'pages show an event that was changed since',
  'lost-correction': 'a correction is not in the rows',
  'counts-differ': 'rows, counter and what the pages show are not the same',
} as const;
export type ViolationKind = keyof typeof violationKinds;

export interface Violation {
  kind: ViolationKind;
  count: number;
  /** The first ones. */
  examples: string[];
}

const mostExamples = 5;

export class Findings {
  private readonly found = new Map<ViolationKind, Violation>();

  add(kind: ViolationKind, example: string): void {
    let violation = this.found.get(kind);
    if (!violation) this.found.set(kind, (violation = { kind, count: 0, examples: [] }));
    violation.count++;
    if (violation.examples.length < mostExamples) violation.examples.push(example);
  }

  all(): Violation[] {
    return [...this.found.values()];
  }
}
