import { Injectable } from '@nestjs/common';
import type { StudentRecord } from '@exco/contracts';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { asked, uint } from '../../infrastructure/database/sql-values.ts';

const eventsPerStatement = 200;

/** A row with dates as the driver gives them. */
type Stored<Row> = { [Key in keyof Row]: string extends Row[Key] ? string | Date : Row[Key] | Date };
type Entry = StudentRecord['audit'][number];

/** All that is kept about one student, for whoever asks for it. */
@Injectable()
export class StudentRecordRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async user(userId: number) {
    const [row] = await this.database.query<
      {
        username: string;
        displayName: string;
        sourcedId: string | null;
        since: Date;
        leftAt: Date | null;
        anonymisedAt: Date | null;
      }[]
    >(
      `SELECT username, display_name AS displayName, sourced_id AS sourcedId, since, left_at AS leftAt,
              anonymised_at AS anonymisedAt FROM users WHERE id = ?`,
      [userId],
    );
    return row;
  }

  async pastNames(userId: number): Promise<Stored<StudentRecord['names'][number]>[]> {
    return this.database.query(
      'SELECT username, display_name AS displayName, since, until FROM past_users WHERE user_id = ? ORDER BY until',
      [userId],
    );
  }

  async classes(userId: number): Promise<Stored<StudentRecord['classes'][number]>[]> {
    return this.database.query(
      `SELECT class_name AS name, since, until FROM past_enrollments WHERE user_id = ?
       UNION ALL
       SELECT name, since, NULL FROM enrollments JOIN class_sections ON class_sections.id = class_section_id
       WHERE user_id = ?`,
      [userId, userId],
    );
  }

  async attendances(userId: number): Promise<Stored<StudentRecord['attendances'][number]>[]> {
    return this.database.query(
      `SELECT live_event_id AS eventId, title, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy,
              checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, kbps, test_bytes AS testBytes,
              revoked_at AS revokedAt, corrected_at AS correctedAt
       FROM attendances JOIN live_events ON live_events.id = live_event_id
       WHERE user_id = ? ORDER BY live_event_id`,
      [userId],
    );
  }

  /** Event by event, because the keys of the audit begin with it. Addresses of others are theirs. */
  async audit(userId: number): Promise<Stored<Entry>[]> {
    const events = await this.database.query<{ id: number }[]>('SELECT id FROM live_events ORDER BY id');
    const entries: Stored<Entry>[] = [];
    for (let from = 0; from < events.length; from += eventsPerStatement) {
      const ids = asked(events.slice(from, from + eventsPerStatement).map(({ id }) => id));
      const part = (key: 'actor' | 'user', others: string) => `
        SELECT audit_entries.id, live_event_id AS eventId, at, kind, outcome, actor_id AS actorId, user_id AS userId,
               IF(actor_id = ${uint(userId)}, COALESCE(INET6_NTOA(ip), ''), '') AS ip,
               IF(actor_id = ${uint(userId)}, COALESCE(user_agents.text, ''), '') AS userAgent, reason
        FROM ${ids} STRAIGHT_JOIN audit_entries FORCE INDEX (audit_entries_${key})
          ON live_event_id = asked.id AND ${key}_id = ${uint(userId)} ${others}
          LEFT JOIN user_agents ON user_agents.id = user_agent_id`;
      const rows = await this.database.query<(Stored<Entry> & { id: number })[]>(
        `${part('actor', '')} UNION ALL ${part('user', `AND (actor_id IS NULL OR actor_id <> ${uint(userId)})`)} ORDER BY id`,
      );
      entries.push(...rows);
    }
    return entries;
  }
}
