import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { touching } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import { demoRoster, rosterCsv } from '@exco/testing';
import { step } from '../run/steps.ts';

type Source = Awaited<ReturnType<typeof openDatabase>>;

export interface Student {
  username: string;
  displayName: string;
}

export interface Filled {
  /** False where a school's own students are in the database: nothing is made up beside them. */
  isDemo: boolean;
  /** A few of one class, to sign in as. */
  samples: { className: string; students: Student[] } | null;
}

const sampleSize = 3;

/** The first class of a usual size, and those of it whose digits nobody in it shares and any keyboard can type. */
async function sampleStudents(source: Source): Promise<Filled['samples']> {
  const [found]: { id: number; name: string }[] = await source.query(
    `SELECT class.id, class.name FROM class_sections class JOIN enrollments enrolled ON enrolled.class_section_id = class.id
     GROUP BY class.id, class.name ORDER BY COUNT(*) BETWEEN 15 AND 40 DESC, class.id LIMIT 1`,
  );
  if (!found) return null;
  const students: Student[] = await source.query(
    `SELECT users.username, users.display_name AS displayName FROM users JOIN enrollments ON enrollments.user_id = users.id
     WHERE enrollments.class_section_id = ? AND users.left_at IS NULL ORDER BY users.id`,
    [found.id],
  );
  const digits = Map.groupBy(students, ({ username }) => username.slice(-4));
  const simple = students.filter(
    ({ username }) => digits.get(username.slice(-4))?.length === 1 && /^[a-z.]+\d{4}$/.test(username),
  );
  const rest = students.filter((student) => !simple.includes(student));
  return { className: found.name, students: [...simple, ...rest].slice(0, sampleSize) };
}

async function holdsDemo(source: Source, usernames: readonly string[]): Promise<boolean> {
  const [row]: { found: string }[] = await source.query('SELECT COUNT(*) AS found FROM users WHERE username IN (?)', [
    usernames,
  ]);
  return Number(row?.found) === usernames.length;
}

/** Migrates, and where nobody is on the roster yet puts the demo's students there. Repeating it changes nothing. */
export async function fillDatabase(databaseUrl: string, home: string): Promise<Filled> {
  await step('Bringing the tables up to date', () => migrate(databaseUrl));
  const source = await openDatabase(databaseUrl, 2);
  try {
    const rows = demoRoster();
    const [anybody]: unknown[] = await source.query('SELECT 1 FROM users LIMIT 1');
    if (!anybody) await step('Adding 10,000 demo students', () => writeRoster(source, rows));
    const isDemo = await holdsDemo(source, [...new Set(rows.slice(0, 10).map(({ username }) => username))]);
    const file = join(home, 'demo-roster.csv');
    if (isDemo) await touching(file, () => writeFileSync(file, rosterCsv(rows)));
    return { isDemo, samples: await sampleStudents(source) };
  } finally {
    await source.destroy();
  }
}
