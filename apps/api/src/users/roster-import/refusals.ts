import type { RefusedRosterRow } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** More of them say nothing new, and a report must stay small. */
const mostListed = 10_000;

/** Rows that an import does not take. */
export class Refusals {
  readonly listed: RefusedRosterRow[] = [];
  total = 0;

  add(row: RefusedRosterRow): void {
    this.total++;
    if (this.listed.length < mostListed) this.listed.push(row);
  }
}

/** The file as a whole is at fault. @param where a file of the zip, or a line */
export function unreadable(message: string, where: { file?: string; line?: number } = {}): ApiError {
  return new ApiError('ROSTER_UNREADABLE', [{ ...where, message }]);
}
