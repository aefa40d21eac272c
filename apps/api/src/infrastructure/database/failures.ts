/**
 * What a failure of a statement means for whoever has to decide whether to try again:
 * - `contention`: lost against another transaction; the same statement may pass at once
 * - `unavailable`: no connection, going down, read-only, out of space; passes when somebody or something mends it
 * - `faulty-row`: one row can never be written; the others of its batch can
 * - `permanent`: fails the same way every time: a mistake in our code or a schema that is not the code’s
 */
export type Failure = 'contention' | 'unavailable' | 'faulty-row' | 'permanent';

/** What the MySQL driver adds to an error. TypeORM copies it to the error that it throws instead. */
interface DriverError {
  code?: string;
  errno?: number;
  sqlState?: string;
  syscall?: string;
  /** The connection is of no use any more. */
  fatal?: boolean;
}

/** A value that no database would take; thrown before the row is sent. */
export class FaultyRow extends RangeError {
  override readonly name = 'FaultyRow';
}

/** The database has not answered within the time that a student is ready to wait. */
export class DatabaseLate extends Error {
  override readonly name = 'DatabaseLate';
}

/**
 * A transaction whose COMMIT succeeded, and whose rows are not there: lost against another one on another server of a
 * cluster, which did not say so.
 */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'POOL_CLOSED',
]);

/**
 * Deadlock, lock wait timeout, record changed since the snapshot (MariaDB), conflict at commit (Galera, group
 * replication, TiDB).
 */
const contentionNumbers = new Set([1205, 1213, 1020, 3101, 8022, 8028, 9007]);

/**
 * Disk or table full, too many connections, access denied or privilege missing (an operator’s change, not the row’s),
 * shutting down, host blocked, read-only, killed, statement timeout, Galera not ready, group replication not ready,
 * TiDB’s storage out of reach.
 */
const unavailableNumbers = new Set([
  1021, 1040, 1044, 1045, 1047, 1053, 1077, 1114, 1129, 1135, 1142, 1203, 1226, 1290, 1317, 1836, 1927, 1969, 3024,
  3100, 9001, 9002, 9003, 9005,
]);

/** A value of the wrong kind, which comes under HY000. */
const faultyRowNumbers = new Set([1366]);

export function failureOf(error: unknown): Failure {
  if (error instanceof DatabaseLate) return 'unavailable';
  if (error instanceof FaultyRow) return 'faulty-row';
  if (error instanceof NotWritten) return 'contention';
  if (!(error instanceof Error)) return 'permanent';
  const { code, errno = 0, sqlState = '', syscall, fatal } = error as DriverError;
  // SQLSTATE classes of the SQL standard: 40 transaction rollback, 22 data exception, 23 integrity constraint.
  if (contentionNumbers.has(errno) || sqlState.startsWith('40')) return 'contention';
  if (faultyRowNumbers.has(errno) || /^2[23]/.test(sqlState)) return 'faulty-row';
  if (unavailableNumbers.has(errno) || sqlState.startsWith('08') || fatal) return 'unavailable';
  if (code && unavailableCodes.has(code)) return 'unavailable';
  // The socket of a local server is missing; any other missing file is our own mistake.
  if (code === 'ENOENT' && syscall === 'connect') return 'unavailable';
  // The pool’s own refusals carry no code.
  if (/^queue limit reached|^pool is closed|in closed state$/i.test(error.message.replace(/\.$/, '')))
    return 'unavailable';
  return 'permanent';
}

/** Whether the same statement may pass later, unchanged. */
export function passesByItself(error: unknown): boolean {
  const failure = failureOf(error);
  return failure === 'contention' || failure === 'unavailable';
}

export const isContention = (error: unknown): boolean => failureOf(error) === 'contention';
export const isFaultyRow = (error: unknown): boolean => failureOf(error) === 'faulty-row';
/** To a student contention that lasts is the same as a database that is away. */
export const isUnavailable = passesByItself;

/** @throws DatabaseLate after `milliseconds`; the work itself goes on */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseLate(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
