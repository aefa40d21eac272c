import type { EntityManager } from 'typeorm';
import type { Refusals } from './refusals.ts';

const name = (column: string, characters: number) =>
  `${column} VARCHAR(${characters}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

/**
 * Temporary: they belong to one connection, cost no redo log, and nobody else sees them. MySQL refuses to read one
 * twice in a statement, hence some tables that hold a mere intermediate result.
 */
const tables: Record<string, string> = {
  staged_rows: `line INT UNSIGNED PRIMARY KEY, ${name('username', 100)} NOT NULL, ${name('display_name', 200)} NOT NULL,
    ${name('class_name', 100)} NULL`,
  staged_users: `${name('username', 100)} NOT NULL PRIMARY KEY, ${name('display_name', 200)} NOT NULL,
    line INT UNSIGNED NOT NULL, leaves TINYINT NOT NULL DEFAULT 0, ${name('sourced_id', 255)} NULL, UNIQUE KEY (sourced_id)`,
  staged_classes: `${name('name', 100)} NOT NULL PRIMARY KEY, ends TINYINT NOT NULL`,
  staged_enrollments: `${name('username', 100)} NOT NULL, ${name('class_name', 100)} NOT NULL,
    ends TINYINT NOT NULL, PRIMARY KEY (username, class_name)`,
  known_users: `${name('username', 100)} NOT NULL PRIMARY KEY, user_id INT UNSIGNED NOT NULL, present TINYINT NOT NULL,
    ${name('known_as', 200)} NOT NULL, ${name('known_username', 100)} NOT NULL, UNIQUE KEY (user_id)`,
  known_classes: `${name('name', 100)} NOT NULL PRIMARY KEY`,
  known_enrollments: `${name('username', 100)} NOT NULL, ${name('class_name', 100)} NOT NULL, PRIMARY KEY (username, class_name)`,
  staged_kept: `${name('username', 100)} NOT NULL PRIMARY KEY`,
  staged_leavers: 'user_id INT UNSIGNED NOT NULL PRIMARY KEY',
  staged_ended: 'class_id INT UNSIGNED NOT NULL, user_id INT UNSIGNED NOT NULL, PRIMARY KEY (class_id, user_id)',
  staged_gone_classes: 'class_id INT UNSIGNED NOT NULL PRIMARY KEY',
};

export async function createTables(database: EntityManager, all: Record<string, string>): Promise<void> {
  await dropTables(database, all);
  for (const [table, columns] of Object.entries(all))
    await database.query(`CREATE TEMPORARY TABLE ${table} (${columns}) ENGINE=InnoDB`);
}

export async function dropTables(database: EntityManager, all: Record<string, string>): Promise<void> {
  for (const table of Object.keys(all)) await database.query(`DROP TEMPORARY TABLE IF EXISTS ${table}`);
}

/** The contents of a roster file in temporary tables of one connection, where they are validated before use. */
export class StagedRoster {
  constructor(private readonly database: EntityManager) {}

  async create(): Promise<void> {
    await createTables(this.database, tables);
  }

  async drop(): Promise<void> {
    await dropTables(this.database, tables);
  }

  /** The first row of a username says the name. */
  async addRows(
    rows: [line: number, username: string, displayName: string, className: string | null][],
  ): Promise<void> {
    if (rows.length === 0) return;
    await this.database.query('INSERT INTO staged_rows (line, username, display_name, class_name) VALUES ?', [rows]);
    await this.database.query(
      'INSERT INTO staged_users (line, username, display_name) VALUES ? ON DUPLICATE KEY UPDATE staged_users.line = staged_users.line',
      [rows.map(([line, username, displayName]) => [line, username, displayName])],
    );
  }

  /** A row that is refused must not look as if its student were missing from the file. */
  async keep(usernames: string[]): Promise<void> {
    if (usernames.length > 0)
      await this.database.query('INSERT IGNORE INTO staged_kept (username) VALUES ?', [
        usernames.map((username) => [username]),
      ]);
  }

  /** Refuses what contradicts an earlier row, and gathers the enrolments of the rest. */
  async settleRows(refusals: Refusals): Promise<void> {
    const contradicting = await this.database.query<{ line: number; username: string; first: number }[]>(
      `SELECT staged_rows.line, username, staged_users.line AS first FROM staged_rows JOIN staged_users USING (username)
       WHERE staged_rows.display_name <> staged_users.display_name ORDER BY staged_rows.line`,
    );
    for (const { line, username, first } of contradicting)
      refusals.add({ line, username, reason: `the same username has another name in line ${first}` });
    for (let from = 0; from < contradicting.length; from += 1_000)
      await this.keep(contradicting.slice(from, from + 1_000).map(({ username }) => username));
    await this.database.query(
      `INSERT INTO staged_enrollments (username, class_name, ends)
       SELECT username, class_name, 0 FROM staged_rows JOIN staged_users USING (username)
       WHERE class_name IS NOT NULL AND staged_rows.display_name = staged_users.display_name
       ON DUPLICATE KEY UPDATE staged_enrollments.ends = 0`,
    );
    await this.settleClasses();
  }

  async hasStudents(): Promise<boolean> {
    return (await this.database.query<unknown[]>('SELECT 1 FROM staged_users WHERE leaves = 0 LIMIT 1')).length > 0;
  }

  /** Whoever is in the file leaves; none of its enrolments is made, and none of its classes. */
  async takeAsLeavers(): Promise<void> {
    await this.database.query('UPDATE staged_users SET leaves = 1');
    await this.database.query('DELETE FROM staged_enrollments');
    await this.database.query(
      `DELETE staged_classes FROM staged_classes LEFT JOIN class_sections ON class_sections.name = staged_classes.name
       WHERE class_sections.id IS NULL`,
    );
  }

  async settleClasses(): Promise<void> {
    await this.database.query(
      `INSERT INTO staged_classes (name, ends) SELECT DISTINCT class_name, 0 FROM staged_enrollments WHERE staged_enrollments.ends = 0
       ON DUPLICATE KEY UPDATE staged_classes.ends = 0`,
    );
  }
}
