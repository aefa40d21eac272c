import type { DataSource, EntityManager } from 'typeorm';

/** One enrolment, as a roster file has it: a student, and a class or none. */
export interface RosterRow {
  username: string;
  displayName: string;
  className: string | null;
}

const rowsPerStatement = 1_000;

async function inSlices<T>(all: readonly T[], write: (slice: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += rowsPerStatement) await write(all.slice(from, from + rowsPerStatement));
}

function places(rows: number, columns: number): string {
  const row = `(${Array<string>(columns).fill('?').join(',')})`;
  return Array<string>(rows).fill(row).join(',');
}

async function idsByName(manager: EntityManager, table: 'users' | 'class_sections', column: string, names: string[]) {
  const condition = table === 'users' ? `on_roster = 1 AND ${column}` : column;
  const ids = new Map<string, number>();
  await inSlices(names, async (slice) => {
    const rows: { id: number; name: string }[] = await manager.query(
      `SELECT id, ${column} AS name FROM ${table} WHERE ${condition} IN (?)`,
      [slice],
    );
    for (const row of rows) ids.set(row.name, row.id);
  });
  return ids;
}

/**
 * Adds these enrolments and updates names, all or nothing. Repeating it changes nothing. For demo data and tests: unlike
 * an import, it keeps no earlier name. Every API process sees the new revision and reads the roster anew.
 */
export async function writeRoster(source: DataSource, rows: readonly RosterRow[]): Promise<void> {
  const names = new Map(rows.map((row) => [row.username, row.displayName]));
  const classNames = [...new Set(rows.flatMap((row) => row.className ?? []))].sort();
  await source.transaction(async (manager) => {
    await inSlices([...names].sort(), (slice) =>
      manager.query(
        `INSERT INTO users (username, display_name) VALUES ${places(slice.length, 2)}
         ON DUPLICATE KEY UPDATE display_name = VALUES(display_name)`,
        slice.flat(),
      ),
    );
    await inSlices(classNames, (slice) =>
      manager.query(
        `INSERT INTO class_sections (name) VALUES ${places(slice.length, 1)} ON DUPLICATE KEY UPDATE name = name`,
        slice,
      ),
    );
    const userIds = await idsByName(manager, 'users', 'username', [...names.keys()]);
    const classIds = await idsByName(manager, 'class_sections', 'name', classNames);
    const enrollments = rows.flatMap((row) => {
      const userId = userIds.get(row.username);
      const classId = row.className === null ? undefined : classIds.get(row.className);
      return userId && classId ? [[classId, userId]] : [];
    });
    await inSlices(enrollments, (slice) =>
      manager.query(
        `INSERT INTO enrollments (class_section_id, user_id) VALUES ${places(slice.length, 2)}
         ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)`,
        slice.flat(),
      ),
    );
    await manager.query('UPDATE roster_revision SET revision = revision + 1 WHERE id = 1');
  });
}
