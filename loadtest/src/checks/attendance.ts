import type { CheckInTry, CheckOutTry, Log, Told } from './request-log.ts';
import type { Findings } from './findings.ts';
import type { Row } from './attendance-source.ts';

/** How the server's clock stands to ours, in milliseconds: what to add to its times, and by how much that may be wrong. */
export interface ClockRelation {
  offset: number;
  uncertainty: number;
}

/** One of the two may be read a little before or after the other. */
const clockToleranceMilliseconds = 50;

const time = (milliseconds: number | null) => (milliseconds === null ? 'never' : new Date(milliseconds).toISOString());

/** A request that may have written: it was answered with success, or its answer never came or was an error of the server. */
const mayHaveWritten = (status: number) => status === 0 || status < 300 || status >= 500;

/** Which requests could have led to the row of a student, by that student. */
class Requests {
  private readonly byTarget = new Map<
    number,
    { actorId: number; sentAt: number; answeredAt: number; kbps: number; bytes: number }[]
  >();

  constructor(tries: readonly CheckInTry[]) {
    for (const { asked, actorId, sentAt, answeredAt, status, kbps, bytes } of tries) {
      if (!mayHaveWritten(status)) continue;
      for (const { userId, right } of asked) {
        if (!right) continue;
        const known = this.byTarget.get(userId);
        const request = { actorId, sentAt, answeredAt, kbps, bytes };
        if (known) known.push(request);
        else this.byTarget.set(userId, [request]);
      }
    }
  }

  /** Those by this actor whose time on the way includes the row’s time. */
  for(row: Row, { offset, uncertainty }: ClockRelation) {
    const at = row.checkedInAt + offset;
    const tolerance = clockToleranceMilliseconds + uncertainty;
    return (this.byTarget.get(row.userId) ?? []).filter(
      ({ actorId, sentAt, answeredAt }) =>
        actorId === row.checkedInBy && at >= sentAt - tolerance && (answeredAt === 0 || at <= answeredAt + tolerance),
    );
  }
}

/** @param revoked whose check-in an admin took back for a moment: it could be refused then, right digits or not */
function checkCheckIn(
  one: CheckInTry,
  rows: ReadonlyMap<number, Row>,
  revoked: ReadonlySet<number>,
  found: Findings,
): void {
  if (!one.results) {
    if (one.status === 422 && one.asked[0]?.right) found.add('wrong-outcome', `${one.actorId}: 422 for right digits`);
    return;
  }
  const results = new Map(one.results.map((result) => [result.userId, result]));
  for (const { userId, right } of one.asked) {
    const result = results.get(userId);
    const what = `student ${userId}, asked for by ${one.actorId}`;
    if (!result) {
      found.add('wrong-outcome', `${what}: no result`);
      continue;
    }
    const { outcome, checkedInAt, checkedInBy } = result;
    const refused = outcome === 'wrong-digits' || outcome === 'locked' || outcome === 'refused';
    if (outcome === 'refused' && revoked.has(userId)) continue;
    if (right === refused) {
      found.add('wrong-outcome', `${what}: “${outcome}” for ${right ? 'right' : 'wrong'} digits`);
      continue;
    }
    if (!right) continue;
    if ((outcome === 'queued') !== (one.status === 202))
      found.add('wrong-outcome', `${what}: “${outcome}” with status ${one.status}`);
    const row = rows.get(userId);
    if (!row) {
      found.add('lost-row', `${what}: answered “${outcome}” (${one.status}) at ${time(one.answeredAt)}`);
      continue;
    }
    if (outcome === 'queued') continue;
    const same = row.checkedInAt === checkedInAt && row.checkedInBy === checkedInBy;
    const inWords = `answered ${time(checkedInAt)} by ${String(checkedInBy)}, the row says ${time(row.checkedInAt)} by ${row.checkedInBy}`;
    if (outcome === 'checked-in' && (!same || checkedInBy !== one.actorId))
      found.add('changed-row', `${what}: ${inWords}`);
    else if (outcome === 'already-checked-in' && (!same || checkedInBy === one.actorId))
      found.add('not-the-first', `${what}: ${inWords}`);
    else if (outcome !== 'checked-in' && outcome !== 'already-checked-in')
      found.add('wrong-outcome', `${what}: “${outcome}”`);
  }
}

function checkCheckOut(one: CheckOutTry, rows: ReadonlyMap<number, Row>, found: Findings): void {
  if (!one.results) return;
  const results = new Map(one.results.map((result) => [result.userId, result]));
  for (const userId of one.asked) {
    const result = results.get(userId);
    const row = rows.get(userId);
    const what = `student ${userId}, checked out by ${one.actorId}`;
    if (!result || result.outcome === 'not-yours')
      found.add('wrong-outcome', `${what}: “${result?.outcome ?? 'no result'}”`);
    else if (row?.checkedOutAt === null || !row) found.add('lost-check-out', `${what}: answered “${result.outcome}”`);
    else if (result.outcome !== 'queued') {
      const mine = row.checkedOutBy === one.actorId;
      const fits = row.checkedOutAt === result.checkedOutAt && mine === (result.outcome === 'checked-out');
      if (!fits)
        found.add(
          'changed-check-out',
          `${what}: answered “${result.outcome}” ${time(result.checkedOutAt)}, the row says ${time(row.checkedOutAt)} by ${String(row.checkedOutBy)}`,
        );
    }
  }
}

function checkTold(told: Told, rows: ReadonlyMap<number, Row>, found: Findings): void {
  const row = rows.get(told.userId);
  const what = `student ${told.userId} was told of ${time(told.checkedInAt)} by ${told.checkedInBy}`;
  if (!row) found.add('lost-row', what);
  else if (told.committed && (row.checkedInAt !== told.checkedInAt || row.checkedInBy !== told.checkedInBy))
    found.add('told-otherwise', `${what}, the row says ${time(row.checkedInAt)} by ${row.checkedInBy}`);
  else if (
    told.checkedOutAt !== null &&
    (row.checkedOutAt !== told.checkedOutAt || row.checkedOutBy !== told.checkedOutBy)
  )
    found.add('told-otherwise', `student ${told.userId} was told of a check-out at ${time(told.checkedOutAt)}`);
}

function checkRows(
  rows: readonly Row[],
  log: Log,
  clock: ClockRelation,
  corrected: readonly Corrected[],
  found: Findings,
): void {
  const byHand = new Map(corrected.map(({ userId, checkedInAt }) => [userId, checkedInAt]));
  const requests = new Requests(log.checkIns);
  const leavers = new Map<number, Set<number>>();
  for (const { actorId, asked, status } of log.checkOuts)
    if (mayHaveWritten(status))
      for (const userId of asked) leavers.set(userId, (leavers.get(userId) ?? new Set()).add(actorId));
  for (const row of rows) {
    const what = `the row of student ${row.userId}, ${time(row.checkedInAt)} by ${row.checkedInBy}`;
    const possible = requests.for(row, clock);
    if (byHand.get(row.userId) === row.checkedInAt) continue;
    if (possible.length === 0) found.add('row-without-request', what);
    else if (
      row.kbps !== null &&
      !possible.some(({ kbps, bytes }) => kbps === row.kbps && (row.bytes === null || bytes === row.bytes))
    )
      found.add('changed-evidence', `${what}: ${row.kbps} kbps and ${String(row.bytes)} bytes`);
    if (row.checkedOutAt !== null && !leavers.get(row.userId)?.has(row.checkedOutBy ?? 0))
      found.add('check-out-without-request', `${what}, checked out by ${String(row.checkedOutBy)}`);
  }
}

/** @param revoked who may have asked for the list while they were not checked in */
function checkLists(rows: readonly Row[], log: Log, revoked: ReadonlySet<number>, found: Findings): void {
  const brought = Map.groupBy(rows, (row) => row.checkedInBy);
  const present = new Set(rows.map((row) => row.userId));
  // What was accepted and not committed by then cannot be on the list yet.
  const awaited = new Set(log.checkIns.filter(({ status }) => status === 202).map(({ actorId }) => actorId));
  for (const { actorId, userIds } of log.lists) {
    const others = (brought.get(actorId) ?? []).map((row) => row.userId).filter((userId) => userId !== actorId);
    const expected = [...(present.has(actorId) ? [actorId] : []), ...others];
    if (revoked.has(actorId) && userIds.length === 0) continue;
    if (awaited.has(actorId) && userIds.every((userId) => expected.includes(userId))) continue;
    const same =
      userIds.length === expected.length &&
      userIds[0] === expected[0] &&
      new Set([...userIds, ...expected]).size === expected.length;
    if (!same)
      found.add(
        'wrong-list',
        `student ${actorId} was shown ${userIds.join(', ') || 'nobody'} instead of ${expected.join(', ') || 'nobody'}`,
      );
  }
}

/** A correction that was answered: since when the student is checked in, or null once that is taken back. */
export interface Corrected {
  userId: number;
  checkedInAt: number | null;
}

/** The last correction of a student stands, unless the student was in already or came in again. */
function checkCorrections(rows: ReadonlyMap<number, Row>, corrected: readonly Corrected[], found: Findings): void {
  for (const { userId, checkedInAt } of new Map(corrected.map((one) => [one.userId, one])).values())
    if (checkedInAt !== null && rows.get(userId)?.checkedInAt !== checkedInAt)
      found.add('lost-correction', `student ${userId}: checked in by hand at ${time(checkedInAt)}`);
}

/** Holds every answer against the rows, and every row against the requests. */
export function checkAttendance(
  rows: readonly Row[],
  log: Log,
  clock: ClockRelation,
  corrected: readonly Corrected[],
  found: Findings,
): void {
  const byUser = new Map<number, Row>();
  for (const row of rows) {
    const other = byUser.get(row.userId);
    if (other)
      found.add(
        'duplicate-row',
        `student ${row.userId}: ${time(other.checkedInAt)} by ${other.checkedInBy}, and ${time(row.checkedInAt)} by ${row.checkedInBy}`,
      );
    else byUser.set(row.userId, row);
  }
  const revoked = new Set(corrected.filter(({ checkedInAt }) => checkedInAt === null).map(({ userId }) => userId));
  for (const one of log.checkIns) checkCheckIn(one, byUser, revoked, found);
  for (const one of log.checkOuts) checkCheckOut(one, byUser, found);
  for (const one of log.told) checkTold(one, byUser, found);
  checkRows(rows, log, clock, corrected, found);
  checkCorrections(byUser, corrected, found);
  checkLists(rows, log, revoked, found);
}
