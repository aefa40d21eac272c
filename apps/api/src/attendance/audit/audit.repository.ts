import { Injectable } from '@nestjs/common';
import type { AuditQuery } from '@exco/contracts';
import { escape } from 'mysql2';
import { DataSource, type EntityManager } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { datetime, uint } from '../../infrastructure/database/sql-values.ts';
import type { AuditedRequest, AuditRow, AdminEntry } from './audit-entry.ts';
import { UserAgentsRepository } from './user-agents.repository.ts';

export interface AuditRecord {
  id: number;
  at: Date;
  kind: string;
  outcome: string;
  actorId: number | null;
  actorUsername: string | null;
  actorName: string | null;
  userId: number;
  username: string | null;
  displayName: string | null;
  ip: string | null;
  userAgent: string | null;
  reason: string | null;
  before: string | null;
}

export type AuditFilter = Omit<AuditQuery, 'limit'>;

const mostCharactersOfAnOutcome = 24;

function bytes(value: Buffer | null): string {
  return value === null ? 'NULL' : `X'${value.toString('hex')}'`;
}

/** Of what a student did and of what was done to them: for an OR of the two MySQL uses neither key. */
function entriesOf(eventId: number, userId: number): string {
  const of = (key: 'user' | 'actor') =>
    `SELECT id FROM audit_entries FORCE INDEX (audit_entries_${key})
     WHERE live_event_id = ${uint(eventId)} AND ${key}_id = ${uint(userId)}`;
  return `(${of('user')} UNION ${of('actor')}) AS theirs`;
}

/** All SQL of the audit: entries are added and read. */
@Injectable()
export class AuditRepository {
  constructor(
    @AdministrationPool() private readonly database: DataSource,
    private readonly userAgents: UserAgentsRepository,
  ) {}

  /**
   * @param key of these rows: when they are there already, because the answer to an earlier try was lost, nothing is
   * written. A try that is still under way is waited for.
   */
  async add(rows: readonly AuditRow[], key: Buffer): Promise<void> {
    const userAgents = await this.userAgents.idsOf(rows.map(({ act }) => act.origin.userAgent));
    const values = this.values(rows, userAgents);
    await this.database.transaction(async (manager) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `INSERT INTO audit_batches (batch_key) VALUES (${bytes(key)}) ON DUPLICATE KEY UPDATE batch_key = batch_key`,
      );
      if (affectedRows === 0) return;
      await manager.query(
        `INSERT INTO audit_entries (live_event_id, at, kind, actor_id, ip, user_agent_id, user_id, outcome) VALUES ${values.join(',')}`,
      );
    });
  }

  /** Of an act that changes nothing, and so has no transaction. */
  async addOfReader(entry: AdminEntry): Promise<void> {
    await this.addOfAdmin(this.database.manager, entry);
  }

  /** In the transaction that does it. */
  async addOfAdmin(manager: EntityManager, entry: AdminEntry): Promise<void> {
    const { eventId, userId, kind, outcome, reason, before, origin } = entry;
    const userAgents = await this.userAgents.idsOf([origin.userAgent]);
    await manager.query(
      `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip, user_agent_id, reason, before_it)
       VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)`,
      [
        eventId,
        new Date(origin.at),
        kind,
        outcome,
        userId,
        origin.address,
        userAgents.get(origin.userAgent) ?? null,
        reason,
        before && JSON.stringify(before),
      ],
    );
  }

  /** The newest first. */
  async find(eventId: number, { userId, kind, outcome, before }: AuditFilter, limit: number): Promise<AuditRecord[]> {
    const conditions: [sql: string, values: unknown[]][] = [['audit_entries.live_event_id = ?', [eventId]]];
    const theirs = userId === undefined ? '' : `${entriesOf(eventId, userId)} STRAIGHT_JOIN`;
    if (theirs) conditions.push(['audit_entries.id = theirs.id', []]);
    if (kind !== undefined) conditions.push(['kind = ?', [kind]]);
    if (outcome !== undefined) conditions.push(['outcome = ?', [outcome]]);
    if (before !== undefined) conditions.push(['audit_entries.id < ?', [before]]);
    return this.database.query(
      `SELECT audit_entries.id, at, kind, outcome, actor_id AS actorId, actors.username AS actorUsername,
              actors.display_name AS actorName, user_id AS userId, users.username, users.display_name AS displayName,
              INET6_NTOA(ip) AS ip, user_agents.text AS userAgent, reason, before_it AS \`before\`
       FROM ${theirs} audit_entries FORCE INDEX (PRIMARY)
         LEFT JOIN users ON users.id = audit_entries.user_id
         LEFT JOIN users AS actors ON actors.id = audit_entries.actor_id
         LEFT JOIN user_agents ON user_agents.id = user_agent_id
       WHERE ${conditions.map(([sql]) => sql).join(' AND ')}
       ORDER BY audit_entries.id DESC LIMIT ?`,
      [...conditions.flatMap(([, values]) => values), limit],
    );
  }

  /**
   * The value lists are built by hand, and what the entries of a request share is formatted once: this runs in the process
   * that answers students.
   */
  private values(rows: readonly AuditRow[], userAgents: ReadonlyMap<string, number>): string[] {
    let act: AuditedRequest | null = null;
    let shared = '';
    return rows.map((row) => {
      if (row.act !== act) {
        act = row.act;
        const { eventId, kind, actorId, origin } = act;
        const userAgentId = userAgents.get(origin.userAgent) ?? null;
        shared = `${escape(eventId)},${datetime(origin.at)},${escape(kind)},${escape(actorId)},${bytes(origin.address)},${escape(userAgentId)}`;
      }
      return `(${shared},${escape(row.userId)},${escape(row.outcome.slice(0, mostCharactersOfAnOutcome))})`;
    });
  }
}
