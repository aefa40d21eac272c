import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';

export class TheDeskOfAdmins1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A revoked row stays: without it a receipt, or a batch still on its way, would let the student in again.
    await runner.query('ALTER TABLE attendances ADD COLUMN revoked_at DATETIME(3) NULL');
    // None: the event is for everybody. A class that an event is limited to can't be deleted, or it would be too.
    await runner.query(`
      CREATE TABLE live_event_classes (
        live_event_id INT UNSIGNED NOT NULL,
        class_section_id INT UNSIGNED NOT NULL,
        PRIMARY KEY (live_event_id, class_section_id),
        KEY live_event_classes_class (class_section_id),
        CONSTRAINT live_event_classes_event FOREIGN KEY (live_event_id) REFERENCES live_events (id),
        CONSTRAINT live_event_classes_class FOREIGN KEY (class_section_id) REFERENCES class_sections (id)
      ) ENGINE=InnoDB`);
    // No foreign keys: nothing that happens elsewhere may change or hold up what was written down.
    await runner.query(`
      CREATE TABLE audit_entries (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        live_event_id INT UNSIGNED NOT NULL,
        at DATETIME(3) NOT NULL,
        kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
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
    await runner.query('DROP TABLE live_event_classes');
    await runner.query('ALTER TABLE attendances DROP COLUMN revoked_at');
  }
}
