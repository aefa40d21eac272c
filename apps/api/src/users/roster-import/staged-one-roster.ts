import type { EntityManager } from 'typeorm';
import type { Refusals } from './refusals.ts';
import { createTables, dropTables, type StagedRoster } from './staged-roster.ts';

const text = (column: string, characters: number) =>
  `${column} VARCHAR(${characters}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

/** `sourced_id` is a GUID or anything else of up to 255 characters. */
const tables: Record<string, string> = {
  one_users: `${text('sourced_id', 255)} NOT NULL PRIMARY KEY, line INT UNSIGNED NOT NULL, ${text('username', 100)} NOT NULL,
    ${text('display_name', 200)} NOT NULL, student TINYINT NOT NULL, leaves TINYINT NOT NULL, fault VARCHAR(200) NULL, KEY (username)`,
  one_students: `${text('sourced_id', 255)} NOT NULL PRIMARY KEY`,
  one_classes: `${text('sourced_id', 255)} NOT NULL PRIMARY KEY, line INT UNSIGNED NOT NULL, ${text('name', 100)} NOT NULL,
    ${text('code', 255)} NOT NULL, ends TINYINT NOT NULL, fault VARCHAR(200) NULL, KEY (name)`,
  one_titles: `${text('name', 100)} NOT NULL PRIMARY KEY`,
  one_enrollments: `line INT UNSIGNED PRIMARY KEY, ${text('user_sid', 255)} NOT NULL, ${text('class_sid', 255)} NOT NULL,
    ends TINYINT NOT NULL`,
};

export interface OneUser {
  sourcedId: string;
  line: number;
  username: string;
  displayName: string;
  student: boolean;
  leaves: boolean;
  fault: string | null;
}

export interface OneClass {
  sourcedId: string;
  line: number;
  title: string;
  code: string;
  ends: boolean;
  fault: string | null;
}

export interface OneEnrollment {
  line: number;
  userSourcedId: string;
  classSourcedId: string;
  ends: boolean;
}

/** The tables of a OneRoster file as they stand in it, and their translation into a staged roster. */
export class StagedOneRoster {
  constructor(private readonly database: EntityManager) {}

  async create(): Promise<void> {
    await createTables(this.database, tables);
  }

  async drop(): Promise<void> {
    await dropTables(this.database, tables);
  }

  async addUsers(users: OneUser[]): Promise<void> {
    await this.insert(
      'INSERT IGNORE INTO one_users (sourced_id, line, username, display_name, student, leaves, fault) VALUES ?',
      users.map((one) => [one.sourcedId, one.line, one.username, one.displayName, one.student, one.leaves, one.fault]),
    );
  }

  async addStudents(sourcedIds: string[]): Promise<void> {
    await this.insert(
      'INSERT IGNORE INTO one_students (sourced_id) VALUES ?',
      sourcedIds.map((one) => [one]),
    );
  }

  async addClasses(classes: OneClass[]): Promise<void> {
    await this.insert(
      'INSERT IGNORE INTO one_classes (sourced_id, line, name, code, ends, fault) VALUES ?',
      classes.map((one) => [one.sourcedId, one.line, one.title, one.code, one.ends, one.fault]),
    );
  }

  async addEnrollments(enrollments: OneEnrollment[]): Promise<void> {
    await this.insert(
      'INSERT INTO one_enrollments (line, user_sid, class_sid, ends) VALUES ?',
      enrollments.map((one) => [one.line, one.userSourcedId, one.classSourcedId, one.ends]),
    );
  }

  async settle(staged: StagedRoster, refusals: Refusals): Promise<void> {
    await this.database.query('UPDATE one_users JOIN one_students USING (sourced_id) SET student = 1');
    await this.settleUsers(staged, refusals);
    await this.settleClasses(refusals);
    await this.settleEnrollments(staged, refusals);
    await staged.settleClasses();
  }

  private async settleUsers(staged: StagedRoster, refusals: Refusals): Promise<void> {
    await this.database.query(
      `INSERT INTO staged_users (username, display_name, line, leaves, sourced_id)
       SELECT username, display_name, line, leaves, sourced_id FROM one_users WHERE student = 1 AND fault IS NULL ORDER BY leaves, line
       ON DUPLICATE KEY UPDATE staged_users.line = staged_users.line`,
    );
    await this.database.query(
      `UPDATE one_users JOIN staged_users USING (username)
       SET fault = IF(one_users.leaves = 1, '', CONCAT('the username stands in line ', staged_users.line, ' already'))
       WHERE student = 1 AND fault IS NULL AND staged_users.line <> one_users.line`,
    );
    const faulty = await this.database.query<{ line: number; username: string; fault: string }[]>(
      "SELECT line, username, fault FROM one_users WHERE student = 1 AND leaves = 0 AND fault <> '' ORDER BY line",
    );
    for (const { line, username, fault } of faulty)
      refusals.add({ file: 'users.csv', line, ...(username ? { username } : {}), reason: fault });
    for (let from = 0; from < faulty.length; from += 1_000)
      await staged.keep(faulty.slice(from, from + 1_000).map(({ username }) => username));
  }

  /** A title need not be unique, a class’s name must be: then its code, or its id, tells them apart. */
  private async settleClasses(refusals: Refusals): Promise<void> {
    await this.database.query(
      'INSERT INTO one_titles (name) SELECT name FROM one_classes GROUP BY name HAVING COUNT(*) > 1',
    );
    await this.database.query(
      `UPDATE one_classes JOIN one_titles USING (name)
       SET one_classes.name = CONCAT(LEFT(one_classes.name, 60), ' (', LEFT(IF(code = '', sourced_id, code), 37), ')')`,
    );
    const faulty = await this.database.query<{ line: number; fault: string }[]>(
      'SELECT line, fault FROM one_classes WHERE ends = 0 AND fault IS NOT NULL ORDER BY line',
    );
    for (const { line, fault } of faulty) refusals.add({ file: 'classes.csv', line, reason: fault });
    await this.database.query(
      `INSERT INTO staged_classes (name, ends) SELECT name, 1 FROM one_classes WHERE ends = 1 AND fault IS NULL
       ON DUPLICATE KEY UPDATE staged_classes.ends = 1`,
    );
  }

  private async settleEnrollments(staged: StagedRoster, refusals: Refusals): Promise<void> {
    const faulty = await this.database.query<
      { line: number; username: string | null; unknownUser: number; unknownClass: number }[]
    >(
      `SELECT one_enrollments.line, one_users.username, one_users.sourced_id IS NULL AS unknownUser,
              one_classes.sourced_id IS NULL AS unknownClass
       FROM one_enrollments
         LEFT JOIN one_users ON one_users.sourced_id = user_sid
         LEFT JOIN one_classes ON one_classes.sourced_id = class_sid
       WHERE one_enrollments.ends = 0
         AND (one_users.sourced_id IS NULL OR (one_users.student = 1 AND one_users.leaves = 0
           AND (one_users.fault <> '' OR one_classes.sourced_id IS NULL OR one_classes.fault IS NOT NULL)))
       ORDER BY one_enrollments.line`,
    );
    for (const { line, username, unknownUser, unknownClass } of faulty)
      refusals.add({
        file: 'enrollments.csv',
        line,
        ...(username ? { username } : {}),
        reason: unknownUser
          ? 'names a user that is not in users.csv'
          : unknownClass
            ? 'names a class that is not in classes.csv'
            : 'its user or its class was refused',
      });
    const names = faulty.flatMap(({ username }) => username ?? []);
    for (let from = 0; from < names.length; from += 1_000) await staged.keep(names.slice(from, from + 1_000));
    await this.database.query(
      `INSERT INTO staged_enrollments (username, class_name, ends)
       SELECT one_users.username, one_classes.name, one_enrollments.ends OR one_classes.ends AS ended
       FROM one_enrollments
         JOIN one_users ON one_users.sourced_id = user_sid
         JOIN one_classes ON one_classes.sourced_id = class_sid
       WHERE student = 1 AND leaves = 0 AND one_users.fault IS NULL AND one_classes.fault IS NULL
       ORDER BY ended
       ON DUPLICATE KEY UPDATE staged_enrollments.ends = staged_enrollments.ends`,
    );
  }

  private async insert(sql: string, rows: unknown[][]): Promise<void> {
    if (rows.length > 0) await this.database.query(sql, [rows]);
  }
}
