/** A student's attendance at one event as it stands in the database. Times are milliseconds since 1970. */
export interface AttendanceRow {
  userId: number;
  checkedInAt: number;
  checkedInBy: number;
  checkedOutAt: number | null;
  checkedOutBy: number | null;
  /** When an admin last changed it by hand. */
  correctedAt?: number | undefined;
}

/**
 * Rises with every change of an attendance. A student changes it twice at most; a correction can change it at any time,
 * and its own times rise (the statements see to that).
 */
export function revisionOf({
  checkedOutAt,
  correctedAt = 0,
}: Pick<AttendanceRow, 'checkedOutAt' | 'correctedAt'>): number {
  return 2 * correctedAt + (checkedOutAt === null ? 1 : 2);
}

/** A student to be checked in by themselves or by a classmate. */
export interface CheckIn {
  userId: number;
  byId: number;
  at: number;
  kbps: number;
  bytes: number;
}

export interface CheckOut {
  userId: number;
  byId: number;
  at: number;
  /** A receipt says that the check-in was accepted, so a row that is missing now may still arrive. */
  expected: boolean;
}

/** Why the database will never take a row. */
export type Refusal =
  | 'no-such-event'
  | 'no-such-student'
  /** The student who sent the request is refused or revoked, and nothing of the request is written. */
  | 'sender'
  /** A check-out of somebody whom the sender did not check in. */
  | 'not-theirs'
  | 'invalid';

/** What became of one row of a batch. */
export type WriteResult =
  | { kind: 'stored'; row: AttendanceRow }
  | { kind: 'refused'; reason: Refusal }
  /** An admin took the check-in back. */
  | { kind: 'revoked' }
  /** The row to be checked out is not there yet and is expected. */
  | { kind: 'pending' };

/** What the database holds for a student who has a row. */
export type Recorded = { kind: 'found'; row: AttendanceRow } | { kind: 'revoked'; revision: number };

/** The answer to a look-up. `unknown`: the database did not answer, which never means that there is no row. */
export type Standing = Recorded | { kind: 'absent' } | { kind: 'unknown' };

/** Total attendance of an event. The revision rises with every change. */
export interface AttendanceCounter {
  checkedIn: number;
  checkedOut: number;
  revision: number;
}
