import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn, hasKey } from './schema-queries.ts';

const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';
const key = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/** Who is on the roster when this runs has always been there, as far as anybody knows. */
const always = "'1970-01-01 00:00:00.000'";

/**
 * Past roster entries and enrolments move to tables of their own: what is read at every change of the roster stays as
 * small as the roster, and a report of a past event finds who was there then, in which class, under which name.
 *
 * A username is unique among those on the roster. Who left keeps theirs, and somebody else may get it.
 */
export class HistoryOfTheRoster1795833920012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'users', 'since')))
      await runner.query(`
        ALTER TABLE users
          ADD COLUMN since DATETIME(3) NOT NULL DEFAULT ${always},
          ADD COLUMN anonymised_at DATETIME(3) NULL,
          ADD COLUMN sourced_id VARCHAR(255) ${key} NULL,
          ADD COLUMN on_roster TINYINT UNSIGNED GENERATED ALWAYS AS (IF(left_at IS NULL, 1, NULL)) STORED`);
    await runner.query('ALTER TABLE users MODIFY COLUMN since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)');
    if (!(await hasKey(runner, 'users', 'users_on_roster')))
      await runner.query(`
        ALTER TABLE users
          ADD UNIQUE KEY users_on_roster (on_roster, username),
          ADD UNIQUE KEY users_sourced_id (sourced_id),
          DROP KEY users_username`);
    if (!(await hasColumn(runner, 'enrollments', 'since')))
      await runner.query(`ALTER TABLE enrollments ADD COLUMN since DATETIME(3) NOT NULL DEFAULT ${always}`);
    await runner.query('ALTER TABLE enrollments MODIFY COLUMN since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)');
    await runner.query(`
      CREATE TABLE IF NOT EXISTS past_users (
        user_id INT UNSIGNED NOT NULL,
        until DATETIME(3) NOT NULL,
        since DATETIME(3) NOT NULL,
        username VARCHAR(100) ${key} NOT NULL,
        display_name VARCHAR(200) ${text} NOT NULL,
        PRIMARY KEY (user_id, until),
        CONSTRAINT past_users_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE=InnoDB`);
    // The class by name as well: it goes when nobody is in it any more, and its past stays.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS past_enrollments (
        user_id INT UNSIGNED NOT NULL,
        class_section_id INT UNSIGNED NOT NULL,
        until DATETIME(3) NOT NULL,
        since DATETIME(3) NOT NULL,
        class_name VARCHAR(100) ${key} NOT NULL,
        PRIMARY KEY (user_id, class_section_id, until),
        KEY past_enrollments_until (until),
        CONSTRAINT past_enrollments_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE=InnoDB`);
  }

  /** Fails where a username was given to somebody else in the meantime: the schema of before can’t hold both. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE past_enrollments, past_users');
    await runner.query('ALTER TABLE enrollments DROP COLUMN since');
    await runner.query(`
      ALTER TABLE users
        ADD UNIQUE KEY users_username (username), DROP KEY users_sourced_id, DROP KEY users_on_roster`);
    await runner.query(
      'ALTER TABLE users DROP COLUMN on_roster, DROP COLUMN sourced_id, DROP COLUMN anonymised_at, DROP COLUMN since',
    );
  }
}
