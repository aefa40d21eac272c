import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { asked } from '../../infrastructure/database/sql-values.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';

/** Rows of one statement: it takes milliseconds, and no check-in waits for a lock much longer than that. */
const rowsPerStatement = 2_000;
const eventsPerStatement = 200;

export const anonymousName = 'Anonymised student';

/** What is removed for good. Each method can be repeated after it was interrupted, and then goes on. */
@Injectable()
export class ErasureRepository {
  constructor(
    @AdministrationPool() private readonly database: DataSource,
    private readonly audit: AuditRepository,
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
    await this.inSlices('DELETE FROM attendances WHERE live_event_id = ? ORDER BY user_id LIMIT ?', eventId, between);
    await this.removeAudit(eventId, between);
    await this.database.query('DELETE FROM live_event_counters WHERE live_event_id = ?', [eventId]);
    await this.database.query('DELETE FROM live_events WHERE id = ? AND deleted_at IS NOT NULL', [eventId]);
  }

  async removeAudit(eventId: number, between: () => Promise<void>): Promise<void> {
    await this.inSlices('DELETE FROM audit_entries WHERE live_event_id = ? ORDER BY id LIMIT ?', eventId, between);
    await this.database.query('UPDATE live_events SET audit_removed_at = CURRENT_TIMESTAMP(3) WHERE id = ?', [eventId]);
  }

  async removeAddresses(eventId: number, between: () => Promise<void>): Promise<void> {
    const [range] = await this.database.query<{ first: number | null; last: number | null }[]>(
      'SELECT MIN(id) AS first, MAX(id) AS last FROM audit_entries WHERE live_event_id = ?',
      [eventId],
    );
    for (let from = range?.first ?? 1; from <= (range?.last ?? 0); from += rowsPerStatement) {
      await this.database.query(
        'UPDATE audit_entries SET ip = NULL, user_agent_id = NULL WHERE live_event_id = ? AND id >= ? AND id < ?',
        [eventId, from, from + rowsPerStatement],
      );
      await between();
    }
    await this.database.query('UPDATE live_events SET addresses_removed_at = CURRENT_TIMESTAMP(3) WHERE id = ?', [
      eventId,
    ]);
  }

  async removeUserAgents(lastUsedBefore: Date): Promise<void> {
    await this.database.query('DELETE FROM user_agents WHERE last_used_on < ?', [lastUsedBefore]);
  }

  /** Keys of statements whose answer nobody waits for any more. */
  async removeAuditBatches(before: Date): Promise<void> {
    const key = Buffer.alloc(16);
    key.writeUIntBE(before.getTime(), 0, 6);
    await this.database.query('DELETE FROM audit_batches WHERE batch_key < ?', [key]);
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
    await this.removeFromAudit(userId);
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

  /** Addresses of what this student did, and what admins wrote about them: event by event, as the keys begin with it. */
  private async removeFromAudit(userId: number): Promise<void> {
    const events = await this.database.query<{ id: number }[]>('SELECT id FROM live_events ORDER BY id');
    for (let from = 0; from < events.length; from += eventsPerStatement) {
      const ids = asked(events.slice(from, from + eventsPerStatement).map(({ id }) => id));
      await this.database.query(
        `UPDATE ${ids} STRAIGHT_JOIN audit_entries FORCE INDEX (audit_entries_actor)
           ON audit_entries.live_event_id = asked.id AND audit_entries.actor_id = ?
         SET audit_entries.ip = NULL, audit_entries.user_agent_id = NULL`,
        [userId],
      );
      await this.database.query(
        `UPDATE ${ids} STRAIGHT_JOIN audit_entries FORCE INDEX (audit_entries_user)
           ON audit_entries.live_event_id = asked.id AND audit_entries.user_id = ?
         SET audit_entries.reason = NULL WHERE audit_entries.kind = 'correction'`,
        [userId],
      );
    }
  }

  private async inSlices(sql: string, eventId: number, between: () => Promise<void>): Promise<void> {
    for (;;) {
      const { affectedRows } = await this.database.query<{ affectedRows: number }>(sql, [eventId, rowsPerStatement]);
      if (affectedRows < rowsPerStatement) return;
      await between();
    }
  }
}
