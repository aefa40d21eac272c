import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn, hasTable } from './schema-queries.ts';

const idsPerStatement = 20_000;

interface Range {
  first: string | null;
  last: string | null;
}

/**
 * An audit entry of 297 bytes becomes one of about 180: the user agent is a number, the kind an ENUM, the address 4 or
 * 16 bytes. The primary key begins with the event, because every question names one.
 *
 * Each step can be repeated: DDL of MySQL cannot be rolled back, and a migration that was interrupted begins anew.
 * Entries are copied in slices of ids, and those written meanwhile after the tables have changed places.
 */
export class SlimAudit1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS user_agents (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        text VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        last_used_on DATE NOT NULL,
        UNIQUE KEY user_agents_text (text)
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS audit_batches (
        batch_key BINARY(16) NOT NULL PRIMARY KEY
      ) ENGINE=InnoDB`);
    if (!(await hasColumn(runner, 'audit_entries', 'user_agent_id'))) {
      // No foreign keys: nothing that happens elsewhere may change or hold up what was written down.
      await runner.query(`
        CREATE TABLE IF NOT EXISTS audit_entries_slim (
          live_event_id INT UNSIGNED NOT NULL,
          id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
          at DATETIME(3) NOT NULL,
          kind ENUM('check-in','check-out','digit-check','correction') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          outcome VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          actor_id INT UNSIGNED NULL,
          user_id INT UNSIGNED NOT NULL,
          ip VARBINARY(16) NULL,
          user_agent_id INT UNSIGNED NULL,
          reason VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL,
          before_it VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL,
          PRIMARY KEY (live_event_id, id),
          KEY audit_entries_id (id),
          KEY audit_entries_user (live_event_id, user_id),
          KEY audit_entries_actor (live_event_id, actor_id)
        ) ENGINE=InnoDB`);
      await this.copy(runner, 'audit_entries', 'audit_entries_slim');
      await runner.query('RENAME TABLE audit_entries TO audit_entries_wide, audit_entries_slim TO audit_entries');
    }
    if (await hasTable(runner, 'audit_entries_wide')) {
      await this.copy(runner, 'audit_entries_wide', 'audit_entries');
      await runner.query('DROP TABLE audit_entries_wide');
    }
  }

  /** The entries stay; the two tables that only this version fills go. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entries_wide (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        live_event_id INT UNSIGNED NOT NULL,
        at DATETIME(3) NOT NULL,
        kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        outcome VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        actor_id INT UNSIGNED NULL,
        user_id INT UNSIGNED NOT NULL,
        ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        user_agent VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
        reason VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL,
        before_it VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL,
        KEY audit_entries_user (live_event_id, user_id),
        KEY audit_entries_actor (live_event_id, actor_id)
      ) ENGINE=InnoDB`);
    await runner.query(`
      INSERT INTO audit_entries_wide
        SELECT audit_entries.id, live_event_id, at, kind, outcome, actor_id, user_id, COALESCE(INET6_NTOA(ip), ''),
               COALESCE(user_agents.text, ''), reason, before_it
        FROM audit_entries LEFT JOIN user_agents ON user_agents.id = user_agent_id`);
    await runner.query('DROP TABLE audit_entries');
    await runner.query('RENAME TABLE audit_entries_wide TO audit_entries');
    await runner.query('DROP TABLE user_agents, audit_batches');
  }

  /** From the wide form to the slim one. What is there already stays. */
  private async copy(runner: QueryRunner, from: string, to: string): Promise<void> {
    const [range] = (await runner.query(`SELECT MIN(id) AS first, MAX(id) AS last FROM ${from}`)) as Range[];
    if (!range?.first || !range.last) return;
    for (let first = Number(range.first); first <= Number(range.last); first += idsPerStatement) {
      const slice = [first, first + idsPerStatement - 1];
      await runner.query(
        `INSERT INTO user_agents (text, last_used_on)
           SELECT TRIM(user_agent), MAX(DATE(at)) FROM ${from}
           WHERE id BETWEEN ? AND ? AND TRIM(user_agent) <> '' GROUP BY TRIM(user_agent) COLLATE utf8mb4_bin
         ON DUPLICATE KEY UPDATE last_used_on = GREATEST(last_used_on, VALUES(last_used_on))`,
        slice,
      );
      // What is no address becomes NULL; in strict mode INET6_ATON would refuse it.
      await runner.query(
        `INSERT INTO ${to} (live_event_id, id, at, kind, outcome, actor_id, user_id, ip, user_agent_id, reason, before_it)
           SELECT live_event_id, wide.id, at, kind, outcome, actor_id, user_id,
                  IF(IS_IPV4(ip) OR IS_IPV6(ip), INET6_ATON(ip), NULL), user_agents.id, reason, before_it
           FROM ${from} AS wide
             LEFT JOIN user_agents ON user_agents.text = TRIM(wide.user_agent) COLLATE utf8mb4_bin
           WHERE wide.id BETWEEN ? AND ?
         ON DUPLICATE KEY UPDATE ${to}.user_id = ${to}.user_id`,
        slice,
      );
    }
  }
}
