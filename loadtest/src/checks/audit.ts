import type { AuditEntry as ReportedEntry } from '@exco/contracts';
import { pause } from '../terminal/pause.ts';
import type { Findings } from './findings.ts';
import type { CheckInTry, CheckOutTry, Log } from './request-log.ts';

/** As much of an entry as is compared. */
export interface AuditEntry {
  kind: ReportedEntry['kind'];
  /** Null: an admin. */
  actorId: number | null;
  userId: number;
}

/** What the log says of the entries for one actor and one student. */
interface Expected {
  /** One for each answered request. */
  least: number;
  /** And one for each request whose answer never came: the server may have finished it. */
  most: number;
}

/** One page of the audit, the newest first; `before` is the id of an entry. An empty page is the end. */
export type ReadAudit = (before: number | null) => Promise<ReportedEntry[]>;

/** Entries are written in batches beside the answers; a database that was slow has more to catch up with. */
const longestMilliseconds = 30_000;
/** A process that has entries left writes some every second. */
const nothingNewMilliseconds = 10_000;
const lookEveryMilliseconds = 1_000;

const keyOf = (kind: string, actorId: number | null, userId: number) => `${kind} ${String(actorId)} ${userId}`;

/** Reads the whole audit of the event, until it holds as many entries as there were answers, or it is clear that it never will. */
export async function auditAtRest(read: ReadAudit, log: Log): Promise<AuditEntry[]> {
  const expected = [...expectedEntries(log).values()].reduce((sum, { least }) => sum + least, 0);
  const deadline = Date.now() + longestMilliseconds;
  let grownAt = Date.now();
  for (let before = 0; ;) {
    const entries = await readAudit(read);
    const written = entries.filter(({ kind }) => kind === 'check-in' || kind === 'check-out').length;
    const now = Date.now();
    if (written > before) grownAt = now;
    before = written;
    if (written >= expected || now > deadline || now > grownAt + nothingNewMilliseconds) return entries;
    await pause(lookEveryMilliseconds);
  }
}

async function readAudit(read: ReadAudit): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let before: number | null = null; ;) {
    const page = await read(before);
    for (const { kind, actor, user } of page) entries.push({ kind, actorId: actor?.id ?? null, userId: user.id });
    before = page.at(-1)?.id ?? null;
    if (before === null) return entries;
  }
}

/** A refusal of the whole request leaves one entry, about the student who sent it. Errors of the server leave none. */
function subjectsOf(one: CheckInTry | CheckOutTry): number[] {
  if (one.status >= 500) return [];
  const asked = one.asked.map((subject) => (typeof subject === 'number' ? subject : subject.userId));
  return one.status >= 400 ? [one.actorId] : asked;
}

function expectedEntries({ checkIns, checkOuts }: Log): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  const add = (kind: string, one: CheckInTry | CheckOutTry) => {
    const answered = one.status !== 0;
    for (const userId of subjectsOf(one)) {
      const key = keyOf(kind, one.actorId, userId);
      const known = expected.get(key) ?? { least: 0, most: 0 };
      expected.set(key, { least: known.least + (answered ? 1 : 0), most: known.most + 1 });
    }
  };
  for (const one of checkIns) add('check-in', one);
  for (const one of checkOuts) add('check-out', one);
  return expected;
}

/** Every answered check-in and check-out has its entries, each once; and so has every correction that changed something. */
export function checkAudit(
  entries: readonly AuditEntry[],
  log: Log,
  corrections: readonly { userId: number; changed: boolean }[],
  found: Findings,
): void {
  const expected = expectedEntries(log);
  for (const { userId, changed } of corrections) {
    if (!changed) continue;
    const key = keyOf('correction', null, userId);
    const known = expected.get(key)?.least ?? 0;
    expected.set(key, { least: known + 1, most: known + 1 });
  }
  const there = new Map<string, number>();
  for (const { kind, actorId, userId } of entries) {
    if (kind === 'digit-check') continue;
    const key = keyOf(kind, actorId, userId);
    there.set(key, (there.get(key) ?? 0) + 1);
  }
  for (const [key, { least, most }] of expected) {
    const count = there.get(key) ?? 0;
    if (count < least) found.add('audit-missing', `${key}: ${count} of ${least} entries`);
    if (count > most) found.add('audit-doubled', `${key}: ${count} entries of ${most} requests`);
  }
  for (const [key, count] of there)
    if (!expected.has(key)) found.add('audit-without-request', `${key}: ${count} entries`);
}
