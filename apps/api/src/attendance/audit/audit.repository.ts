import { Injectable } from '@nestjs/common';
import type { AuditQuery } from '@exco/contracts';
import { escape } from 'mysql2';
import { DataSource } from 'typeorm';

/** What all entries of one request have in common. Times are milliseconds since 1970. */
export interface Act {
  kind: 'check-in' | 'check-out' | 'digit-check';
  eventId: number;
  actorId: number;
  at: number;
  ip: string;
  userAgent: string;
}

export interface AuditRow {
  act: Act;
  userId: number;
  outcome: string;
}

export interface AuditRecord {
  id: string;
  at: Date;
  kind: string;
  outcome: string;
  actorId: number | null;
  actorUsername: string | null;
  actorName: string | null;
  userId: number;
  username: string | null;
  displayName: string | null;
  ip: string;
  userAgent: string;
  reason: string | null;
  before: string | null;
}

export type AuditFilter = Omit<AuditQuery, 'limit'>;

/** Entries are added and read; nothing here changes or removes one. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: DataSource) {}

  /** Value lists are built here, what a request’s entries share once: this runs in the process that answers students. */
  async add(rows: readonly AuditRow[]): Promise<void> {
    let act: Act | null = null;
    let [before, after] = ['', ''];
    const values = rows.map((row) => {
      if (row.act !== act) {
        act = row.act;
        const time = new Date(act.at).toISOString();
        before = `(${act.eventId},'${time.slice(0, 10)} ${time.slice(11, 23)}','${act.kind}',${act.actorId},`;
        after = `,${escape(act.ip.slice(0, 45))},${escape(act.userAgent.slice(0, 300))})`;
      }
      return `${before}${row.userId},${escape(row.outcome)}${after}`;
    });
    await this.database.query(
      `INSERT INTO audit_entries (live_event_id, at, kind, actor_id, user_id, outcome, ip, user_agent) VALUES ${values.join(',')}`,
    );
  }

  /** The newest first. */
  async find(eventId: number, { userId, kind, outcome, before }: AuditFilter, limit: number): Promise<AuditRecord[]> {
    const conditions: [sql: string, values: unknown[]][] = [['audit_entries.live_event_id = ?', [eventId]]];
    if (userId !== undefined)
      conditions.push(['(audit_entries.user_id = ? OR audit_entries.actor_id = ?)', [userId, userId]]);
    if (kind !== undefined) conditions.push(['kind = ?', [kind]]);
    if (outcome !== undefined) conditions.push(['outcome = ?', [outcome]]);
    if (before !== undefined) conditions.push(['audit_entries.id < ?', [before]]);
    return this.database.query(
      `SELECT audit_entries.id, at, kind, outcome, actor_id AS actorId, actors.username AS actorUsername,
              actors.display_name AS actorName, user_id AS userId, users.username, users.display_name AS displayName,
              ip, user_agent AS userAgent, reason, before_it AS \`before\`
       FROM audit_entries
         LEFT JOIN users ON users.id = audit_entries.user_id
         LEFT JOIN users AS actors ON actors.id = audit_entries.actor_id
       WHERE ${conditions.map(([sql]) => sql).join(' AND ')}
       ORDER BY audit_entries.id DESC LIMIT ?`,
      [...conditions.flatMap(([, values]) => values), limit],
    );
  }
}
