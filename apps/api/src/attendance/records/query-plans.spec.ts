import { DataSource, type Logger } from 'typeorm';
import { dataSourceOptions, LiveEvent } from '@exco/persistence';
import { aDatabase, aLiveEvent, type OwnDatabase } from '@exco/testing';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { RosterTableBuilder } from '../../users/roster/roster-table.ts';
import { RosterRepository } from '../../users/roster/roster.repository.ts';
import { AttendanceRepository } from './attendance.repository.ts';

/** With 10,000 students, of whom a quarter attends each. */
const events = 100;

interface Run {
  sql: string;
  parameters: unknown[];
}

/** What was really sent to the database while somebody did something. */
class Recorder implements Logger {
  runs: Run[] = [];

  logQuery(sql: string, parameters: unknown[] = []): void {
    if (!/^(START TRANSACTION|COMMIT|ROLLBACK|SET )/.test(sql)) this.runs.push({ sql, parameters });
  }
  logQueryError = () => undefined;
  logQuerySlow = () => undefined;
  logSchemaBuild = () => undefined;
  logMigration = () => undefined;
  log = () => undefined;
}

const recorder = new Recorder();
let database: OwnDatabase;
let source: DataSource;
let attendance: AttendanceRepository;

beforeAll(async () => {
  database = await aDatabase();
  source = await new DataSource({
    ...dataSourceOptions(database.url, 2),
    logging: true,
    logger: recorder,
  }).initialize();
  attendance = new AttendanceRepository(source);
  const list = new LiveEventRepository(database.source.getRepository(LiveEvent));
  for (let event = 0; event < events; event++) await list.create(aLiveEvent());
  const digits =
    '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
  await database.source.query(
    `INSERT INTO users (id, username, display_name)
     SELECT n, CONCAT('pupil', LPAD(n, 5, '0')), 'Zoë' FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
     FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e) AS numbers`,
  );
  await database.source.query(
    "INSERT INTO class_sections (id, name) SELECT id, CONCAT('Class ', id) FROM users WHERE id <= 300",
  );
  await database.source.query('INSERT INTO enrollments (class_section_id, user_id) SELECT 1 + id % 300, id FROM users');
  await database.source.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, checked_out_at, checked_out_by, kbps, test_bytes)
     SELECT live_events.id, users.id, '2026-11-22 09:00:00.000', users.id - users.id % 3 + 1, NULL, NULL, 4000, 192000
     FROM live_events JOIN users ON users.id % 4 = live_events.id % 4`,
  );
  for (const table of ['users', 'enrollments', 'live_events', 'attendances', 'live_event_counters'])
    await database.source.query(`ANALYZE TABLE ${table}`);
});
afterAll(async () => {
  await source.destroy();
  await database.close();
});

const tables = /\b(users|class_sections|enrollments|roster_revision|live_events|live_event_counters|attendances)\b/;

interface Step {
  table: string | null;
  type: string | null;
  /** As the optimiser estimates them. */
  rows: string | null;
}

async function planOf({ sql, parameters }: Run): Promise<Step[]> {
  const plan: Step[] = await database.source.query(`EXPLAIN ${sql}`, parameters);
  expect(plan.length).toBeGreaterThan(0);
  return plan;
}

/** Which tables of ours a statement would read from end to end, or by an index from end to end. */
async function scans(run: Run): Promise<string[]> {
  const { sql } = run;
  const plan = await planOf(run);
  const aliases = new Map(
    [...sql.matchAll(/(?:FROM|JOIN)\s+`?(\w+)`?\s+(?:AS\s+)?`?(\w+)`?/gi)].map(([, table = '', alias = '']) => [
      alias,
      table,
    ]),
  );
  return (
    plan
      // A row that is only inserted is listed too; nothing is read for it.
      .filter(({ rows }) => rows !== null)
      .filter(
        ({ table, type }) =>
          tables.test(aliases.get(table ?? '') ?? table ?? '') && (type === 'ALL' || type === 'index'),
      )
      .map(({ table, type, rows }) => `${String(type)} of ${String(table)}, ${String(rows)} rows: ${sql.slice(0, 100)}`)
  );
}

async function runsOf(act: () => Promise<unknown>): Promise<Run[]> {
  recorder.runs = [];
  await act();
  return recorder.runs;
}

const users = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index * 7);
/** Everything that a request of a student may ask the database. One more method on a student’s path belongs here. */
const studentsPath: Record<string, { statements: number; of: number; act: () => Promise<unknown> }> = {
  'am I checked in': { statements: 1, of: 1, act: () => attendance.recorded(7, [11]) },
  'are these checked in': { statements: 1, of: 500, act: () => attendance.recorded(7, users(500)) },
  'whom I brought': { statements: 1, of: 3, act: () => attendance.broughtBy(7, [11]) },
  'whom these brought': { statements: 1, of: 150, act: () => attendance.broughtBy(7, users(50)) },
  'the counts': { statements: 1, of: 1, act: () => attendance.counter(7) },
  'has the roster changed': { statements: 1, of: 1, act: () => new RosterRepository(source).revision() },
};

test.each(Object.entries(studentsPath))(
  '%s reads no table from end to end, and not much more than it is about',
  async (_, { statements, of, act }) => {
    const runs = await runsOf(act);
    expect(runs.length).toBeGreaterThanOrEqual(Math.min(statements, 2));
    expect(runs.length).toBeLessThanOrEqual(statements);
    for (const run of runs) {
      expect(await scans(run)).toEqual([]);
      // The rows of the request itself, which JSON_TABLE lists, have no statistics.
      const read = (await planOf(run)).filter(({ table }) => table !== 'asked').map(({ rows }) => Number(rows));
      expect(Math.max(...read)).toBeLessThanOrEqual(4 * of + 10);
    }
  },
);

test('the summary of an event reads that event alone', async () => {
  const [run] = await runsOf(() => attendance.byClass(7));
  expect(run && (await scans(run))).toEqual([]);
});

test('what is meant to be read whole is: the list of events, and the roster at its change', async () => {
  const list = await runsOf(() => new LiveEventRepository(source.getRepository(LiveEvent)).all());
  expect((await Promise.all(list.map(scans))).flat()).toEqual([expect.stringMatching(/^ALL of .*, \d{2,3} rows/)]);
  const roster = await runsOf(() => new RosterRepository(source).read((most) => new RosterTableBuilder(most)));
  // The students are counted first: their columns are made in one piece.
  expect((await Promise.all(roster.map(scans))).flat().map((scan) => scan.split(',')[0])).toEqual([
    'ALL of users',
    'index of class_sections',
    'index of users',
    'index of enrollments',
  ]);
});

test('a scan would be found', async () => {
  const bad = [
    'SELECT * FROM attendances WHERE checked_in_at > NOW()',
    'SELECT COUNT(*) FROM attendances a',
    "SELECT id FROM users WHERE username LIKE '%0417'",
  ];
  for (const sql of bad) expect(await scans({ sql, parameters: [] })).toHaveLength(1);
});
