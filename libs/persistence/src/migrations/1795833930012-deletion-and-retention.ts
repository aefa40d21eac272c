import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn, hasKey } from './schema-queries.ts';

const kind = (kinds: string[]) =>
  `ALTER TABLE audit_entries MODIFY COLUMN kind ENUM(${kinds.map((one) => `'${one}'`).join(',')})
     CHARACTER SET ascii COLLATE ascii_bin NOT NULL`;

const ofEvents = ['check-in', 'check-out', 'digit-check', 'correction'];

export class DeletionAndRetention1795833930012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What is kept of an event goes in small statements. Until they are through, the event is hidden by this.
    if (!(await hasColumn(runner, 'live_events', 'deleted_at')))
      await runner.query(`
        ALTER TABLE live_events ADD COLUMN deleted_at DATETIME(3) NULL, ADD COLUMN addresses_removed_at DATETIME(3) NULL,
          ADD COLUMN audit_removed_at DATETIME(3) NULL`);
    // A process whose revision is old reads the events around now anew, which are few.
    if (await hasKey(runner, 'live_events', 'live_events_revision'))
      await runner.query('ALTER TABLE live_events DROP KEY live_events_revision');
    await runner.query(`
      CREATE TABLE IF NOT EXISTS daily_tasks (
        name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        held_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
        held_until DATETIME(3) NULL,
        done_at DATETIME(3) NULL
      ) ENGINE=InnoDB`);
    // At the end of the list: both servers change no row for it.
    await runner.query(kind([...ofEvents, 'deletion', 'anonymisation', 'disclosure']));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM audit_entries WHERE kind IN ('deletion', 'anonymisation', 'disclosure')");
    await runner.query(kind(ofEvents));
    await runner.query('DROP TABLE daily_tasks');
    await runner.query(
      'ALTER TABLE live_events ADD KEY live_events_revision (revision), DROP COLUMN audit_removed_at, DROP COLUMN addresses_removed_at, DROP COLUMN deleted_at',
    );
  }
}
