import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { AuditErasure } from '../audit/audit-erasure.repository.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { AttendanceErasure } from '../records/attendance-erasure.repository.ts';

export const anonymousName = 'Anonymised student';

/** What is removed for good: events, and the names of students. Each can be repeated after it was interrupted. */
@Injectable()
export class ErasureRepository {
  constructor(
    @AdministrationPool() private readonly database: DataSource,
    private readonly audit: AuditRepository,
    private readonly auditErasure: AuditErasure,
    private readonly attendances: AttendanceErasure,
  ) {}

  /** Events that are hidden and not gone yet, and where retention asks for it those that closed before `closedBefore`. */
  async eventsToDelete(closedBefore: Date | null): Promise<{ id: number; hidden: boolean }[]> {
    const rows = await this.database.query<{ id: number; hidden: number }[]>(
      `SELECT id, deleted_at IS NOT NULL AS hidden FROM live_events WHERE deleted_at IS NOT NULL OR closes_at < ? ORDER BY id`,
      [closedBefore],
    );
    return rows.map(({ id, hidden }) => ({ id, hidden: hidden === 1 }));
  }

  async eventsWith(kept: 'audit' | 'addresses', closedBefore: Date): Promise<number[]> {
    const rows = await this.database.query<{ id: number }[]>(
      `SELECT id FROM live_events WHERE closes_at < ? AND ${kept}_removed_at IS NULL AND deleted_at IS NULL ORDER BY id`,
      [closedBefore],
    );
    return rows.map(({ id }) => id);
  }

  /** Of an event that is hidden. Its row is the last to go: until then its id says that something is left. */
  async removeEvent(eventId: number, between: () => Promise<void>): Promise<void> {
    await this.attendances.removeEvent(eventId, between);
    await this.removeAudit(eventId, between);
    await this.database.query('DELETE FROM live_events WHERE id = ? AND deleted_at IS NOT NULL', [eventId]);
  }

  async removeAudit(eventId: number, between: () => Promise<void>): Promise<void> {
    await this.auditErasure.removeEvent(eventId, between);
    await this.database.query('UPDATE live_events SET audit_removed_at = CURRENT_TIMESTAMP(3) WHERE id = ?', [eventId]);
  }

  async removeAddresses(eventId: number, between: () => Promise<void>): Promise<void> {
    await this.auditErasure.removeAddresses(eventId, between);
    await this.database.query('UPDATE live_events SET addresses_removed_at = CURRENT_TIMESTAMP(3) WHERE id = ?', [
      eventId,
    ]);
  }

  async removeUserAgents(lastUsedBefore: Date): Promise<void> {
    await this.auditErasure.removeUserAgents(lastUsedBefore);
  }

  async removeAuditBatches(before: Date): Promise<void> {
    await this.auditErasure.removeBatches(before);
  }

  async leavers(leftBefore: Date): Promise<number[]> {
    const rows = await this.database.query<{ id: number }[]>(
      'SELECT id FROM users WHERE left_at < ? AND anonymised_at IS NULL ORDER BY id',
      [leftBefore],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Name, username and source's id go, and they are off the roster. Attendance, classes and times stay, of nobody in
   * particular: counts and reports of past events keep their figures.
   * @returns false when there is no such student
   */
  async anonymise(userId: number, reason: string, origin: RequestOrigin): Promise<boolean> {
    await this.auditErasure.removeOfStudent(userId);
    return this.database.transaction('READ COMMITTED', async (manager) => {
      // One after the other with imports, which hold this row.
      await manager.query('UPDATE roster_revision SET revision = revision + 1 WHERE id = 1');
      const [user] = await manager.query<{ anonymisedAt: Date | null }[]>(
        'SELECT anonymised_at AS anonymisedAt FROM users WHERE id = ? FOR UPDATE',
        [userId],
      );
      if (!user) return false;
      if (user.anonymisedAt) return true;
      await manager.query(
        `INSERT INTO past_enrollments (user_id, class_section_id, since, until, class_name)
         SELECT user_id, class_section_id, since, CURRENT_TIMESTAMP(3), class_sections.name
         FROM enrollments JOIN class_sections ON class_sections.id = class_section_id WHERE user_id = ?`,
        [userId],
      );
      await manager.query('DELETE FROM enrollments WHERE user_id = ?', [userId]);
      await manager.query(
        `UPDATE users SET username = CONCAT('anonymised-', id), display_name = ?, sourced_id = NULL,
           left_at = COALESCE(left_at, CURRENT_TIMESTAMP(3)), anonymised_at = CURRENT_TIMESTAMP(3) WHERE id = ?`,
        [anonymousName, userId],
      );
      await manager.query(
        `UPDATE past_users SET username = CONCAT('anonymised-', user_id), display_name = ? WHERE user_id = ?`,
        [anonymousName, userId],
      );
      const outcome = 'anonymised';
      await this.audit.addOfAdmin(manager, {
        kind: 'anonymisation',
        eventId: 0,
        userId,
        outcome,
        reason,
        before: null,
        origin,
      });
      return true;
    });
  }
}
