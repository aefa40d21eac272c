import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn } from './schema-queries.ts';

const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';

export class AuditAndCorrections1763900000000 implements MigrationInterface {
  /** As databases that have run it remember it. */
  readonly name = 'TheDeskOfAdmins1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    // A revoked row stays: without it a receipt, or a batch still on its way, would let the student in again.
    if (!(await hasColumn(runner, 'attendances', 'revoked_at')))
      await runner.query(
        'ALTER TABLE attendances ADD COLUMN revoked_at DATETIME(3) NULL, ADD COLUMN corrected_at DATETIME(3) NULL',
      );
    // The classes that the event is limited to, as a JSON list; none: it is for everybody.
    if (!(await hasColumn(runner, 'live_events', 'class_ids')))
      await runner.query('ALTER TABLE live_events ADD COLUMN class_ids TEXT NULL');
    // No foreign keys: nothing that happens elsewhere may change or hold up what was written down.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS audit_entries (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        live_event_id INT UNSIGNED NOT NULL,
        at DATETIME(3) NOT NULL,
        kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        outcome VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        actor_id INT UNSIGNED NULL,
        user_id INT UNSIGNED NOT NULL,
        ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        user_agent VARCHAR(300) ${text} NOT NULL,
        reason VARCHAR(500) ${text} NULL,
        before_it VARCHAR(500) ${text} NULL,
        KEY audit_entries_user (live_event_id, user_id),
        KEY audit_entries_actor (live_event_id, actor_id)
      ) ENGINE=InnoDB`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entries');
    await runner.query('ALTER TABLE live_events DROP COLUMN class_ids');
    await runner.query('ALTER TABLE attendances DROP COLUMN revoked_at, DROP COLUMN corrected_at');
  }
}
