import type { AttendanceRow, Recorded } from './attendance.ts';

/** An attendance as the driver gives it. */
export interface StoredRow {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  revokedAt: Date | null;
}

/** The columns of a `StoredRow`. */
export const storedColumns =
  'user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy, ' +
  'checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, revoked_at AS revokedAt';

export function attendanceOf({
  userId,
  checkedInAt,
  checkedInBy,
  checkedOutAt,
  checkedOutBy,
}: StoredRow): AttendanceRow {
  return {
    userId,
    checkedInAt: checkedInAt.getTime(),
    checkedInBy,
    checkedOutAt: checkedOutAt?.getTime() ?? null,
    checkedOutBy,
  };
}

export function recorded(row: StoredRow): Recorded {
  return row.revokedAt ? { kind: 'revoked' } : { kind: 'found', row: attendanceOf(row) };
}
