import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn } from './schema-queries.ts';

export class RevisionsOfLiveEvents1764050000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS live_events_revision (
        id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
        revision INT UNSIGNED NOT NULL
      ) ENGINE=InnoDB`);
    await runner.query(
      'INSERT INTO live_events_revision (id, revision) VALUES (1, 1) ON DUPLICATE KEY UPDATE revision = revision',
    );
    // The poll of every process asks for what is newer than a revision; a list of past events goes by closing time.
    if (!(await hasColumn(runner, 'live_events', 'revision')))
      await runner.query(`
      ALTER TABLE live_events
        ADD COLUMN prepares_at DATETIME(3) NULL,
        ADD COLUMN revision INT UNSIGNED NOT NULL DEFAULT 1,
        ADD KEY live_events_revision (revision),
        ADD KEY live_events_closes (closes_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE live_events
        DROP KEY live_events_closes, DROP KEY live_events_revision, DROP COLUMN revision, DROP COLUMN prepares_at`);
    await runner.query('DROP TABLE live_events_revision');
  }
}
