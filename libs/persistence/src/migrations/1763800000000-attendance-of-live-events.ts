import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';
// Two usernames or class names that differ by case or accent are two.
const key = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

export class AttendanceOfLiveEvents1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS users (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        username VARCHAR(100) ${key} NOT NULL,
        display_name VARCHAR(200) ${text} NOT NULL,
        left_at DATETIME(3) NULL,
        UNIQUE KEY users_username (username)
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS class_sections (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        name VARCHAR(100) ${key} NOT NULL,
        UNIQUE KEY class_sections_name (name)
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS enrollments (
        class_section_id INT UNSIGNED NOT NULL,
        user_id INT UNSIGNED NOT NULL,
        PRIMARY KEY (class_section_id, user_id),
        KEY enrollments_user (user_id),
        CONSTRAINT enrollments_class FOREIGN KEY (class_section_id) REFERENCES class_sections (id) ON DELETE CASCADE,
        CONSTRAINT enrollments_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS roster_revision (
        id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
        revision BIGINT UNSIGNED NOT NULL
      ) ENGINE=InnoDB`);
    await runner.query(
      'INSERT INTO roster_revision (id, revision) VALUES (1, 0) ON DUPLICATE KEY UPDATE revision = revision',
    );
    await runner.query(`
      CREATE TABLE IF NOT EXISTS live_events (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        title VARCHAR(200) ${text} NOT NULL,
        stream_url VARCHAR(2000) ${key} NOT NULL,
        fallback_stream_url VARCHAR(2000) ${key} NULL,
        opens_at DATETIME(3) NOT NULL,
        starts_at DATETIME(3) NOT NULL,
        ends_at DATETIME(3) NOT NULL,
        closes_at DATETIME(3) NOT NULL,
        minimum_kbps INT UNSIGNED NOT NULL
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS live_event_counters (
        live_event_id INT UNSIGNED NOT NULL PRIMARY KEY,
        checked_in INT UNSIGNED NOT NULL DEFAULT 0,
        checked_out INT UNSIGNED NOT NULL DEFAULT 0,
        revision BIGINT UNSIGNED NOT NULL DEFAULT 0,
        CONSTRAINT live_event_counters_event FOREIGN KEY (live_event_id) REFERENCES live_events (id)
      ) ENGINE=InnoDB`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS attendances (
        live_event_id INT UNSIGNED NOT NULL,
        user_id INT UNSIGNED NOT NULL,
        checked_in_at DATETIME(3) NOT NULL,
        checked_in_by INT UNSIGNED NOT NULL,
        checked_out_at DATETIME(3) NULL,
        checked_out_by INT UNSIGNED NULL,
        kbps INT UNSIGNED NOT NULL,
        test_bytes INT UNSIGNED NOT NULL,
        PRIMARY KEY (live_event_id, user_id),
        KEY attendances_brought (live_event_id, checked_in_by),
        KEY attendances_user (user_id),
        CONSTRAINT attendances_event FOREIGN KEY (live_event_id) REFERENCES live_events (id),
        CONSTRAINT attendances_user FOREIGN KEY (user_id) REFERENCES users (id)
      ) ENGINE=InnoDB`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'attendances',
      'live_event_counters',
      'live_events',
      'roster_revision',
      'enrollments',
      'class_sections',
      'users',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
