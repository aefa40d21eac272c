import { Injectable } from '@nestjs/common';
import type { Correction } from '@exco/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditTrail } from '../audit/audit-trail.ts';
import type { Stored } from '../records/attendance-rows.ts';

interface Row {
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  revokedAt: Date | null;
}

export interface Corrected {
  changed: boolean;
  stored: Stored | null;
}

export interface Where {
  ip: string;
  userAgent: string;
}

const there = (row: Row | undefined): row is Row => row !== undefined && row.revokedAt === null;

/** Attendance changed by hand, together with its counter and its entry in the audit. */
@Injectable()
export class CorrectionRepository {
  constructor(
    private readonly database: DataSource,
    private readonly trail: AuditTrail,
  ) {}

  /** @returns null when there is no attendance that could be checked out or revoked */
  async apply(
    eventId: number,
    { userId, kind, reason }: Correction,
    at: Date,
    where: Where,
  ): Promise<Corrected | null> {
    // What led to the correction stands before it in the audit.
    await this.trail.flush();
    // A lock on a row that is not there yet would hold up the check-ins around it: not at this level.
    return this.database.transaction('READ COMMITTED', async (manager) => {
      const before = await this.row(manager, eventId, userId);
      if (kind !== 'check-in' && !there(before)) return null;
      const changed = await this.change(manager, eventId, userId, kind, at, before);
      const after = await this.row(manager, eventId, userId);
      if (changed) {
        await this.count(manager, eventId, before, after);
        await manager.query(
          `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip, user_agent, reason, before_it)
           VALUES (?, ?, 'correction', ?, NULL, ?, ?, ?, ?, ?)`,
          [
            eventId,
            new Date(),
            kind,
            userId,
            where.ip,
            where.userAgent.slice(0, 300),
            reason,
            before ? JSON.stringify(before) : null,
          ],
        );
      }
      return {
        changed,
        stored: there(after)
          ? [after.checkedInAt.getTime(), after.checkedInBy, after.checkedOutAt?.getTime() ?? null, after.checkedOutBy]
          : null,
      };
    });
  }

  /** Who can’t check in again, of all events that are not over. */
  async revoked(): Promise<{ eventId: number; userId: number }[]> {
    return this.database.query(
      `SELECT live_event_id AS eventId, user_id AS userId FROM attendances
         JOIN live_events ON live_events.id = attendances.live_event_id
       WHERE live_events.ends_at > CURRENT_TIMESTAMP(3) AND revoked_at IS NOT NULL`,
    );
  }

  private async change(
    manager: EntityManager,
    eventId: number,
    userId: number,
    kind: Correction['kind'],
    at: Date,
    before: Row | undefined,
  ): Promise<boolean> {
    const now = new Date();
    const change = async (sql: string, values: unknown[]) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(sql, values);
      return affectedRows > 0;
    };
    switch (kind) {
      case 'check-in':
        if (before?.revokedAt === null) return false;
        // The first check-in stands, also after it was taken back and given again. There is no user who is an admin:
        // the row names the student, the audit the admin.
        return before
          ? change(
              'UPDATE attendances SET revoked_at = NULL, corrected_at = ? WHERE live_event_id = ? AND user_id = ?',
              [now, eventId, userId],
            )
          : change(
              `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes, corrected_at)
               VALUES (?, ?, ?, ?, 0, 0, ?) ON DUPLICATE KEY UPDATE user_id = user_id`,
              [eventId, userId, at, userId, now],
            );
      case 'check-out':
        return change(
          `UPDATE attendances SET checked_out_at = ?, checked_out_by = ?, corrected_at = ?
           WHERE live_event_id = ? AND user_id = ? AND checked_out_at IS NULL`,
          [at, userId, now, eventId, userId],
        );
      case 'revoke':
        return change(
          'UPDATE attendances SET revoked_at = ?, corrected_at = ? WHERE live_event_id = ? AND user_id = ?',
          [now, now, eventId, userId],
        );
    }
  }

  private async row(manager: EntityManager, eventId: number, userId: number): Promise<Row | undefined> {
    const [row] = await manager.query<Row[]>(
      `SELECT checked_in_at AS checkedInAt, checked_in_by AS checkedInBy, checked_out_at AS checkedOutAt,
              checked_out_by AS checkedOutBy, revoked_at AS revokedAt
       FROM attendances WHERE live_event_id = ? AND user_id = ? FOR UPDATE`,
      [eventId, userId],
    );
    return row;
  }

  private async count(
    manager: EntityManager,
    eventId: number,
    before: Row | undefined,
    after: Row | undefined,
  ): Promise<void> {
    const counts = (row: Row | undefined) => (there(row) ? [1, row.checkedOutAt ? 1 : 0] : [0, 0]);
    const [inBefore = 0, outBefore = 0] = counts(before);
    const [inAfter = 0, outAfter = 0] = counts(after);
    await manager.query(
      `UPDATE live_event_counters SET checked_in = checked_in + ? - ?, checked_out = checked_out + ? - ?, revision = revision + 1
       WHERE live_event_id = ?`,
      [inAfter, inBefore, outAfter, outBefore, eventId],
    );
  }
}
