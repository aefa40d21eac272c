import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { deleteInSlices, rowsPerSlice } from '../../infrastructure/database/delete-in-slices.ts';
import { asked, uint } from '../../infrastructure/database/sql-values.ts';
import type { AuditRecord } from './audit.repository.ts';

const eventsPerStatement = 200;

/** What the audit holds of one student, as it is told to them: addresses of others are empty. */
export type EntryOfStudent = Pick<AuditRecord, 'id' | 'at' | 'kind' | 'outcome' | 'actorId' | 'userId' | 'reason'> & {
  eventId: number;
  ip: string;
  userAgent: string;
};

/** What is removed from the audit for good, and all that it holds of one student. Each can be repeated. */
@Injectable()
export class AuditErasure {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async removeEvent(eventId: number, between: () => Promise<void>): Promise<void> {
    const sql = 'DELETE FROM audit_entries WHERE live_event_id = ? ORDER BY id LIMIT ?';
    await deleteInSlices(this.database, sql, [eventId], between);
  }

  /** Addresses and user agents of an event. */
  async removeAddresses(eventId: number, between: () => Promise<void>): Promise<void> {
    const [range] = await this.database.query<{ first: number | null; last: number | null }[]>(
      'SELECT MIN(id) AS first, MAX(id) AS last FROM audit_entries WHERE live_event_id = ?',
      [eventId],
    );
    for (let from = range?.first ?? 1; from <= (range?.last ?? 0); from += rowsPerSlice) {
      await this.database.query(
        'UPDATE audit_entries SET ip = NULL, user_agent_id = NULL WHERE live_event_id = ? AND id >= ? AND id < ?',
        [eventId, from, from + rowsPerSlice],
      );
      await between();
    }
  }

  async removeUserAgents(lastUsedBefore: Date): Promise<void> {
    await this.database.query('DELETE FROM user_agents WHERE last_used_on < ?', [lastUsedBefore]);
  }

  /** Keys of statements whose answer nobody waits for any more. */
  async removeBatches(before: Date): Promise<void> {
    const key = Buffer.alloc(16);
    key.writeUIntBE(before.getTime(), 0, 6);
    await this.database.query('DELETE FROM audit_batches WHERE batch_key < ?', [key]);
  }

  /** Addresses of what this student did, and what admins wrote about them: event by event, as the keys begin with it. */
  async removeOfStudent(userId: number): Promise<void> {
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

  /** Event by event, because the keys of the audit begin with it. Addresses of others are theirs. */
  async ofStudent(userId: number): Promise<EntryOfStudent[]> {
    const events = await this.database.query<{ id: number }[]>('SELECT id FROM live_events ORDER BY id');
    const entries: EntryOfStudent[] = [];
    for (let from = 0; from < events.length; from += eventsPerStatement) {
      const ids = asked(events.slice(from, from + eventsPerStatement).map(({ id }) => id));
      const part = (key: 'actor' | 'user', others: string) => `
        SELECT audit_entries.id, live_event_id AS eventId, at, kind, outcome, actor_id AS actorId, user_id AS userId,
               IF(actor_id = ${uint(userId)}, COALESCE(INET6_NTOA(ip), ''), '') AS ip,
               IF(actor_id = ${uint(userId)}, COALESCE(user_agents.text, ''), '') AS userAgent, reason
        FROM ${ids} STRAIGHT_JOIN audit_entries FORCE INDEX (audit_entries_${key})
          ON live_event_id = asked.id AND ${key}_id = ${uint(userId)} ${others}
          LEFT JOIN user_agents ON user_agents.id = user_agent_id`;
      const rows = await this.database.query<EntryOfStudent[]>(
        `${part('actor', '')} UNION ALL ${part('user', `AND (actor_id IS NULL OR actor_id <> ${uint(userId)})`)} ORDER BY id`,
      );
      entries.push(...rows);
    }
    return entries;
  }
}
