/**
 * The rows of a batch travel as tuples: a batch of 500 is written to Redis, read, answered and read again.
 * Times are milliseconds since 1970.
 */
export type CheckInRow = [userId: number, byId: number, at: number, kbps: number, bytes: number];

/** `expected`: a receipt says that a check-in was accepted, so a row that is not there yet will come. */
export type CheckOutRow = [userId: number, byId: number, at: number, expected: boolean];

/** An attendance as it stands in the database. */
export type Stored = [
  checkedInAt: number,
  checkedInBy: number,
  checkedOutAt: number | null,
  checkedOutBy: number | null,
];

/** What became of one row: what the database holds now, nothing (it was refused), not yet anything, or an admin took it back. */
export type Written = Stored | null | 'awaited' | 'revoked';

/** The jobs of the queue. A second run of one changes nothing: the first row and the first check-out stand. */
export interface AttendanceJobs {
  'check-in': { eventId: number; rows: CheckInRow[] };
  'check-out': { eventId: number; rows: CheckOutRow[]; tries: number };
}
export type JobName = keyof AttendanceJobs;
export type RowOf<N extends JobName> = AttendanceJobs[N]['rows'][number];

export const attendanceQueue = 'attendance';
