import { Injectable } from '@nestjs/common';
import type { Correction } from '@exco/contracts';
import type { EntityManager } from 'typeorm';
import type { AttendanceRow } from './attendance.ts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { attendanceOf, storedColumns, type StoredRow } from './stored-row.ts';

export interface CorrectedAttendance {
  changed: boolean;
  before: StoredRow | undefined;
  after: AttendanceRow | null;
}

/** Later than the correction before it, whatever the clocks say: revisions rest on it. */
const corrected = `corrected_at = GREATEST(CAST(? AS DATETIME(3)), COALESCE(corrected_at + INTERVAL 1000 MICROSECOND, '1970-01-01'))`;

const stands = (row: StoredRow | undefined): row is StoredRow => row !== undefined && row.revokedAt === null;

/**
 * An admin's change of one attendance and of its counter, inside the caller's transaction. That runs at READ
 * COMMITTED: the lock on a row that is not there yet would otherwise hold up the check-ins around it.
 */
@Injectable()
export class CorrectionWrites {
  /**
   * @returns null when there is no attendance that could be checked out or revoked
   * @throws ApiError BAD_REQUEST when the check-out would come before the check-in
   */
  async apply(
    manager: EntityManager,
    eventId: number,
    { userId, kind }: Pick<Correction, 'userId' | 'kind'>,
    at: Date,
    now: Date,
  ): Promise<CorrectedAttendance | null> {
    const before = await this.row(manager, eventId, userId);
    if (kind !== 'check-in' && !stands(before)) return null;
    if (kind === 'check-out' && before && at < before.checkedInAt)
      throw new ApiError('BAD_REQUEST', [{ path: 'at', message: 'must not be before the check-in' }]);
    const changed = await this.change(manager, eventId, userId, kind, at, now, before);
    const after = await this.row(manager, eventId, userId);
    if (changed) await this.count(manager, eventId, before, after);
    return { changed, before, after: stands(after) ? attendanceOf(after) : null };
  }

  private async change(
    manager: EntityManager,
    eventId: number,
    userId: number,
    kind: Correction['kind'],
    at: Date,
    now: Date,
    before: StoredRow | undefined,
  ): Promise<boolean> {
    const change = async (sql: string, values: unknown[]) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(sql, values);
      return affectedRows > 0;
    };
    switch (kind) {
      case 'check-in':
        if (before?.revokedAt === null) return false;
        // The first check-in stands, also after it was revoked and given back. An admin is no user: the row names the
        // student as the one who checked in, the audit names the admin.
        return before
          ? change(`UPDATE attendances SET revoked_at = NULL, ${corrected} WHERE live_event_id = ? AND user_id = ?`, [
              now,
              eventId,
              userId,
            ])
          : change(
              `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes, corrected_at)
               VALUES (?, ?, ?, ?, 0, 0, ?) ON DUPLICATE KEY UPDATE user_id = user_id`,
              [eventId, userId, at, userId, now],
            );
      case 'check-out':
        return change(
          `UPDATE attendances SET checked_out_at = ?, checked_out_by = ?, ${corrected}
           WHERE live_event_id = ? AND user_id = ? AND checked_out_at IS NULL`,
          [at, userId, now, eventId, userId],
        );
      case 'revoke':
        return change(`UPDATE attendances SET revoked_at = ?, ${corrected} WHERE live_event_id = ? AND user_id = ?`, [
          now,
          now,
          eventId,
          userId,
        ]);
    }
  }

  private async row(manager: EntityManager, eventId: number, userId: number): Promise<StoredRow | undefined> {
    const [row] = await manager.query<StoredRow[]>(
      `SELECT ${storedColumns} FROM attendances WHERE live_event_id = ? AND user_id = ? FOR UPDATE`,
      [eventId, userId],
    );
    return row;
  }

  private async count(
    manager: EntityManager,
    eventId: number,
    before: StoredRow | undefined,
    after: StoredRow | undefined,
  ): Promise<void> {
    const counts = (row: StoredRow | undefined) => (stands(row) ? [1, row.checkedOutAt ? 1 : 0] : [0, 0]);
    const [inBefore = 0, outBefore = 0] = counts(before);
    const [inAfter = 0, outAfter = 0] = counts(after);
    await manager.query(
      `INSERT INTO live_event_counters (live_event_id, checked_in, checked_out, revision) VALUES (?, ?, ?, 1)
       ON DUPLICATE KEY UPDATE checked_in = checked_in + ? - ?, checked_out = checked_out + ? - ?, revision = revision + 1`,
      [eventId, inAfter, outAfter, inAfter, inBefore, outAfter, outBefore],
    );
  }
}
