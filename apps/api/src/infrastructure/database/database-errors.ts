/** What the MySQL driver adds to an error. */
interface DriverError {
  code?: string;
  errno?: number;
  sqlState?: string;
}

function driverError(error: unknown): DriverError | null {
  const known = error instanceof Error && ('code' in error || 'errno' in error || 'sqlState' in error);
  return known ? (error as DriverError) : null;
}

/** Deadlock, or waited too long for a lock: the same statement may pass at once. */
export function isContention(error: unknown): boolean {
  const { errno } = driverError(error) ?? {};
  return errno === 1213 || errno === 1205;
}

/**
 * The row itself is at fault (a value out of range, a key that points nowhere) and would fail again tomorrow.
 * SQLSTATE classes 22 and 23 say so; 1366 (a value of the wrong kind) comes under HY000.
 */
export function isFaultyRow(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const { errno, sqlState } = driverError(error) ?? {};
  return errno === 1366 || (sqlState !== undefined && /^2[23]/.test(sqlState));
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'POOL_CLOSED',
]);

/** The database can't be reached, is going down, takes no more connections, or takes only reads. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseLate) return true;
  const found = driverError(error);
  if (!found) return error instanceof Error && /queue limit reached|pool is closed|closed state/i.test(error.message);
  if (found.code && unavailableCodes.has(found.code)) return true;
  return isContention(error) || [1040, 1053, 1077, 1290, 1836, 1927, 3100].includes(found.errno ?? 0);
}

/** The database has not answered within the time that a student is ready to wait. */
export class DatabaseLate extends Error {
  override readonly name = 'DatabaseLate';
}

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
