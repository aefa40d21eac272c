import { revisionOf, type AttendanceRow, type Recorded } from './attendance.ts';

/** An attendance as the driver gives it. */
export interface StoredRow {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  revokedAt: Date | null;
  correctedAt: Date | null;
}

/** The columns of a `StoredRow`. */
export const storedColumns =
  'user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy, ' +
  'checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, revoked_at AS revokedAt, ' +
  'corrected_at AS correctedAt';

export function attendanceOf({
  userId,
  checkedInAt,
  checkedInBy,
  checkedOutAt,
  checkedOutBy,
  correctedAt,
}: StoredRow): AttendanceRow {
  return {
    userId,
    checkedInAt: checkedInAt.getTime(),
    checkedInBy,
    checkedOutAt: checkedOutAt?.getTime() ?? null,
    checkedOutBy,
    ...(correctedAt ? { correctedAt: correctedAt.getTime() } : {}),
  };
}

export function recorded(row: StoredRow): Recorded {
  const attendance = attendanceOf(row);
  // Committed after whatever it takes back, and so is its revision.
  return row.revokedAt ? { kind: 'revoked', revision: revisionOf(attendance) } : { kind: 'found', row: attendance };
}
