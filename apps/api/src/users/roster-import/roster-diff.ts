import type { RosterMode, RosterReport } from '@exco/contracts';
import type { EntityManager } from 'typeorm';

export type RosterDifference = Pick<RosterReport, 'added' | 'changed' | 'left' | 'unchanged' | 'listed'>;

const mostListed = 100;

/** MySQL and MariaDB each have a number of their own for a row that NOWAIT found locked. */
const lockedElsewhere = new Set([1205, 3572]);

const users = 'staged_users LEFT JOIN known_users ON known_users.username = staged_users.username';
const classes = 'staged_classes LEFT JOIN known_classes ON known_classes.name = staged_classes.name';
const enrollments = `staged_enrollments LEFT JOIN known_enrollments
  ON known_enrollments.username = staged_enrollments.username AND known_enrollments.class_name = staged_enrollments.class_name`;

const newcomer = 'leaves = 0 AND (user_id IS NULL OR present = 0)';
const newClass = 'ends = 0 AND known_classes.name IS NULL';
const newEnrollment = 'ends = 0 AND known_enrollments.username IS NULL';
const named = 'known_as = display_name AND known_username = known_users.username';
const renamed = `leaves = 0 AND present = 1 AND NOT (${named})`;
const same = `leaves = 0 AND present = 1 AND ${named}`;
/** Those whose row is written: under another name than before, or back on the roster. */
const changing = `known_users STRAIGHT_JOIN staged_users ON staged_users.username = known_users.username AND staged_users.leaves = 0
  STRAIGHT_JOIN users ON users.id = known_users.user_id
    AND (present = 0 OR known_as <> staged_users.display_name OR known_username <> known_users.username)`;
/** One moment for all that an import changes. The session's time is UTC. */
const now = '@import_at';

/** The difference between a staged roster and the one in the tables: told, then made, by the same statements. */
export class RosterDiff {
  constructor(
    private readonly database: EntityManager,
    private readonly mode: RosterMode,
  ) {}

  /** One import after the other. @returns false when another one is at work */
  async lock(): Promise<boolean> {
    try {
      await this.database.query('SELECT revision FROM roster_revision WHERE id = 1 FOR UPDATE NOWAIT');
      return true;
    } catch (error) {
      if (error instanceof Error && 'errno' in error && lockedElsewhere.has(Number(error.errno))) return false;
      throw error;
    }
  }

  /** Writes nothing but temporary tables: check-ins never wait for a dry run. */
  async compare(): Promise<RosterDifference> {
    await this.findKnown();
    await this.findLeavers();
    await this.findEnded();
    await this.findGoneClasses();
    const [byUser = {}] = await this.database.query<Record<string, string>[]>(
      `SELECT COALESCE(SUM(${newcomer}), 0) AS added, COALESCE(SUM(${renamed}), 0) AS changed,
              COALESCE(SUM(${same}), 0) AS unchanged FROM ${users}`,
    );
    const [byEnrollment = {}] = await this.database.query<Record<string, string>[]>(
      `SELECT COALESCE(SUM(known_enrollments.username IS NULL), 0) AS added, COUNT(known_enrollments.username) AS unchanged
       FROM ${enrollments} WHERE ends = 0`,
    );
    return {
      added: {
        users: Number(byUser['added']),
        classes: await this.count(`${classes} WHERE ${newClass}`),
        enrollments: Number(byEnrollment['added']),
      },
      changed: { users: Number(byUser['changed']) },
      left: {
        users: await this.count('staged_leavers'),
        classes: await this.count('staged_gone_classes'),
        enrollments: await this.count('staged_ended'),
      },
      unchanged: { users: Number(byUser['unchanged']), enrollments: Number(byEnrollment['unchanged']) },
      listed: await this.listed(),
    };
  }

  /**
   * Adds the source's id to students who were known by their username alone. No process has to read the roster again for
   * it: only imports look at these ids.
   */
  async identify(): Promise<void> {
    await this.database.query(
      `UPDATE known_users STRAIGHT_JOIN staged_users ON staged_users.username = known_users.username
         STRAIGHT_JOIN users ON users.id = known_users.user_id AND users.sourced_id IS NULL
       SET users.sourced_id = staged_users.sourced_id
       WHERE staged_users.leaves = 0 AND staged_users.sourced_id IS NOT NULL`,
    );
  }

  /**
   * Touches only what differs: a row that an import holds would keep the check-in of its student waiting. Whatever ends
   * is written down first, so that reports of past events find it.
   */
  async apply(): Promise<void> {
    await this.database.query(`SET ${now} = CURRENT_TIMESTAMP(3)`);
    await this.endEnrollments();
    await this.applyUsers();
    await this.database.query(
      `INSERT INTO class_sections (name) SELECT staged_classes.name FROM ${classes} WHERE ${newClass} ORDER BY staged_classes.name`,
    );
    await this.database.query(
      `INSERT INTO enrollments (class_section_id, user_id, since)
       SELECT class_sections.id, users.id, ${now} FROM ${enrollments}
         STRAIGHT_JOIN users ON users.on_roster = 1 AND users.username = staged_enrollments.username
         STRAIGHT_JOIN class_sections ON class_sections.name = staged_enrollments.class_name
       WHERE ${newEnrollment} ORDER BY class_sections.id, users.id`,
    );
    await this.database.query(
      'DELETE class_sections FROM class_sections JOIN staged_gone_classes ON staged_gone_classes.class_id = class_sections.id',
    );
    await this.database.query('UPDATE roster_revision SET revision = revision + 1 WHERE id = 1');
  }

  private async endEnrollments(): Promise<void> {
    const ended = `staged_ended STRAIGHT_JOIN enrollments
         ON enrollments.class_section_id = staged_ended.class_id AND enrollments.user_id = staged_ended.user_id`;
    await this.database.query(
      `INSERT INTO past_enrollments (user_id, class_section_id, since, until, class_name)
       SELECT enrollments.user_id, class_section_id, enrollments.since, ${now}, class_sections.name
       FROM ${ended} STRAIGHT_JOIN class_sections ON class_sections.id = class_section_id
       ORDER BY enrollments.user_id, class_section_id`,
    );
    await this.database.query(`DELETE enrollments FROM ${ended}`);
  }

  private async applyUsers(): Promise<void> {
    await this.database.query(
      `UPDATE staged_leavers STRAIGHT_JOIN users ON users.id = staged_leavers.user_id SET users.left_at = ${now}`,
    );
    await this.database.query(
      `INSERT INTO past_users (user_id, since, until, username, display_name)
       SELECT users.id, users.since, COALESCE(users.left_at, ${now}), users.username, users.display_name
       FROM ${changing} ORDER BY users.id`,
    );
    // Two may swap their usernames: each of them is free before the other takes it.
    await this.database.query(
      `UPDATE ${changing} SET users.username = CONCAT('#', users.id) WHERE known_username <> known_users.username`,
    );
    await this.database.query(
      `UPDATE ${changing}
       SET users.username = staged_users.username, users.display_name = staged_users.display_name,
         users.since = ${now}, users.left_at = NULL`,
    );
    await this.database.query(
      `INSERT INTO users (username, display_name, sourced_id, since)
       SELECT staged_users.username, staged_users.display_name, staged_users.sourced_id, ${now} FROM ${users}
       WHERE leaves = 0 AND user_id IS NULL ORDER BY staged_users.username`,
    );
  }

  /**
   * From the file to the roster, row by row: the optimizer knows nothing of tables that were filled just now. A
   * `sourced_id` says who somebody is, under whatever username and after whatever absence. Without one the username does,
   * among those who are on the roster: whoever has left is not found by it, so that a username given to somebody else
   * brings no history with it.
   */
  private async findKnown(): Promise<void> {
    const known = `INSERT INTO known_users (username, user_id, present, known_as, known_username)
       SELECT staged_users.username, users.id, users.left_at IS NULL, users.display_name, users.username FROM staged_users`;
    await this.database.query(`${known} STRAIGHT_JOIN users ON users.sourced_id = staged_users.sourced_id`);
    await this.database.query(
      `${known} STRAIGHT_JOIN users ON users.on_roster = 1 AND users.username = staged_users.username
         AND (users.sourced_id IS NULL OR staged_users.sourced_id IS NULL)
       ON DUPLICATE KEY UPDATE known_users.user_id = known_users.user_id`,
    );
    await this.database.query(
      `INSERT INTO known_classes (name) SELECT class_sections.name
       FROM staged_classes STRAIGHT_JOIN class_sections ON class_sections.name = staged_classes.name`,
    );
    await this.database.query(
      `INSERT INTO known_enrollments (username, class_name)
       SELECT staged_enrollments.username, staged_enrollments.class_name FROM staged_enrollments
         STRAIGHT_JOIN known_users ON known_users.username = staged_enrollments.username
         STRAIGHT_JOIN class_sections ON class_sections.name = staged_enrollments.class_name
         STRAIGHT_JOIN enrollments
           ON enrollments.class_section_id = class_sections.id AND enrollments.user_id = known_users.user_id`,
    );
  }

  private async findLeavers(): Promise<void> {
    const missing = this.mode === 'replace' ? 'OR known_users.user_id IS NULL' : '';
    await this.database.query(
      `INSERT INTO staged_leavers (user_id) SELECT users.id FROM users
         LEFT JOIN known_users ON known_users.user_id = users.id
         LEFT JOIN staged_users ON staged_users.username = known_users.username
         LEFT JOIN staged_kept ON staged_kept.username = users.username
       WHERE users.on_roster = 1 AND staged_kept.username IS NULL AND (staged_users.leaves = 1 ${missing})`,
    );
    // Their username belongs to somebody else by now.
    await this.database.query(
      `INSERT INTO staged_leavers (user_id) SELECT users.id FROM staged_users
         STRAIGHT_JOIN users ON users.on_roster = 1 AND users.username = staged_users.username
         LEFT JOIN known_users ON known_users.user_id = users.id
       WHERE staged_users.leaves = 0 AND known_users.user_id IS NULL
       ON DUPLICATE KEY UPDATE staged_leavers.user_id = staged_leavers.user_id`,
    );
  }

  private async findEnded(): Promise<void> {
    const unnamed = this.mode === 'replace' ? 'OR staged_enrollments.username IS NULL' : '';
    await this.database.query(
      `INSERT INTO staged_ended (class_id, user_id) SELECT enrollments.class_section_id, enrollments.user_id FROM enrollments
         JOIN users ON users.id = enrollments.user_id
         JOIN class_sections ON class_sections.id = enrollments.class_section_id
         LEFT JOIN staged_leavers ON staged_leavers.user_id = users.id
         LEFT JOIN staged_kept ON staged_kept.username = users.username
         LEFT JOIN staged_classes ON staged_classes.name = class_sections.name
         LEFT JOIN known_users ON known_users.user_id = users.id
         LEFT JOIN staged_enrollments
           ON staged_enrollments.username = known_users.username AND staged_enrollments.class_name = class_sections.name
       WHERE staged_leavers.user_id IS NOT NULL
         OR (staged_kept.username IS NULL AND (staged_enrollments.ends = 1 OR staged_classes.ends = 1 ${unnamed}))`,
    );
  }

  /** Classes that nobody is in any more. One that an event is limited to stays, or the event would be for nobody. */
  private async findGoneClasses(): Promise<void> {
    const named = {
      merge: '',
      replace: 'OR staged_classes.name IS NULL',
      remove: 'OR staged_classes.name IS NOT NULL',
    }[this.mode];
    await this.database.query(
      `INSERT INTO staged_gone_classes (class_id) SELECT class_sections.id FROM class_sections
         LEFT JOIN staged_classes ON staged_classes.name = class_sections.name
       WHERE (staged_classes.ends = 1 ${named})
         AND NOT EXISTS (SELECT 1 FROM live_events WHERE JSON_CONTAINS(live_events.class_ids, CAST(class_sections.id AS CHAR)))
         AND NOT EXISTS (
           SELECT 1 FROM enrollments
             LEFT JOIN staged_ended ON staged_ended.class_id = enrollments.class_section_id AND staged_ended.user_id = enrollments.user_id
           WHERE enrollments.class_section_id = class_sections.id AND staged_ended.user_id IS NULL)`,
    );
  }

  private async count(from: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(`SELECT COUNT(*) AS count FROM ${from}`);
    return row?.count ?? 0;
  }

  private async listed(): Promise<RosterReport['listed']> {
    const names = async (sql: string) =>
      (await this.database.query<{ name: string }[]>(`${sql} ORDER BY name LIMIT ${mostListed}`)).map(
        ({ name }) => name,
      );
    const rows = async <Row>(sql: string, order = 'username') =>
      (await this.database.query<Row[]>(`${sql} ORDER BY ${order} LIMIT ${mostListed}`)).map((row) => ({ ...row }));
    return {
      usersAdded: await rows(
        `SELECT staged_users.username, display_name AS displayName FROM ${users} WHERE ${newcomer}`,
      ),
      usersChanged: await rows(
        `SELECT staged_users.username, known_as AS \`from\`, display_name AS \`to\` FROM ${users} WHERE ${renamed}`,
      ),
      usersLeft: await rows(
        'SELECT username, display_name AS displayName FROM staged_leavers JOIN users ON users.id = user_id',
      ),
      classesAdded: await names(`SELECT staged_classes.name FROM ${classes} WHERE ${newClass}`),
      classesLeft: await names(
        'SELECT name FROM staged_gone_classes JOIN class_sections ON class_sections.id = class_id',
      ),
      enrollmentsAdded: await rows(
        `SELECT staged_enrollments.username, staged_enrollments.class_name AS className FROM ${enrollments} WHERE ${newEnrollment}`,
        'username, className',
      ),
      enrollmentsLeft: await rows(
        `SELECT users.username, class_sections.name AS className FROM staged_ended
           JOIN users ON users.id = staged_ended.user_id JOIN class_sections ON class_sections.id = staged_ended.class_id`,
        'username, className',
      ),
    };
  }
}
