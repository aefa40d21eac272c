import { jest } from '@jest/globals';
import { dataSourceOptions, migrate, openDatabase, openDataSource } from '@exco/persistence';
import { aDatabase, type OwnDatabase } from '@exco/testing';
import { TableColumn, type DataSource, type EntityMetadata } from 'typeorm';

let database: OwnDatabase;
beforeAll(async () => (database = await aDatabase()));
afterAll(() => database.close());

interface Column {
  name: string;
  type: string;
  nullable: boolean;
  inKey: boolean;
}

const byName = (one: Column, other: Column) => one.name.localeCompare(other.name);
/** MariaDB writes `int(10) unsigned`, MySQL `int unsigned`. */
const withoutWidth = (type: string) => type.replace(/\b(tinyint|int|bigint)\(\d+\)/, '$1');

async function columnsOfTables(): Promise<Map<string, Column[]>> {
  const rows: { tableName: string; name: string; type: string; nullable: string; inKey: string }[] =
    await database.source.query(
      `SELECT table_name AS tableName, column_name AS name, column_type AS type, is_nullable AS nullable, column_key AS inKey
       FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'migrations'`,
    );
  return new Map(
    [...Map.groupBy(rows, ({ tableName }) => tableName)].map(([table, columns]) => [
      table,
      columns
        .map(({ name, type, nullable, inKey }) => ({
          name,
          type: withoutWidth(type),
          nullable: nullable === 'YES',
          inKey: inKey === 'PRI',
        }))
        .sort(byName),
    ]),
  );
}

function columnsOf(entity: EntityMetadata): Column[] {
  const { driver } = database.source;
  return entity.columns
    .map((column) => {
      const { databaseName: name, length, precision } = column;
      const full = driver.createFullType(
        new TableColumn({ name, type: driver.normalizeType(column), length, precision }),
      );
      const values = column.enum?.map((value) => `'${value}'`).join(',');
      const type = `${values === undefined ? full : `enum(${values})`}${column.unsigned ? ' unsigned' : ''}`;
      return { name, type: withoutWidth(type), nullable: column.isNullable, inKey: column.isPrimary };
    })
    .sort(byName);
}

test('every table has its entity, and every entity says of each column what the migrations made', async () => {
  const tables = await columnsOfTables();
  const entities = new Map(database.source.entityMetadatas.map((entity) => [entity.tableName, columnsOf(entity)]));
  expect([...entities.keys()].sort()).toEqual([...tables.keys()].sort());
  for (const [table, columns] of tables) expect({ table, columns: entities.get(table) }).toEqual({ table, columns });
});

test('a second run changes nothing, and several processes may migrate at the same moment', async () => {
  const url = new URL(database.url);
  url.pathname = `${url.pathname}_raced`;
  await Promise.all([1, 2, 3].map(() => migrate(url.href)));
  const raced = await openDatabase(url.href, 1);
  const rows: unknown[] = await raced.query('SELECT name FROM migrations');
  expect(rows).toHaveLength((dataSourceOptions(url.href).migrations as unknown[]).length);
  await raced.query(`DROP DATABASE ${url.pathname.slice(1)}`);
  await raced.destroy();
});

/** A connection that gives up after so many statements, as a process that is killed in the middle does. */
function interruptedAfter(statements: number, source: DataSource): void {
  const runner = source.createQueryRunner();
  const query = runner.query.bind(runner);
  let left = statements;
  runner.query = ((sql: string, ...rest: never[]) =>
    left-- > 0 ? query(sql, ...rest) : Promise.reject(new Error('interrupted'))) as typeof runner.query;
  source.createQueryRunner = () => runner;
}

describe('a migration that is interrupted at any statement is finished by the next run', () => {
  const url = () => Object.assign(new URL(database.url), { pathname: `${new URL(database.url).pathname}_again` });

  async function emptyDatabase(): Promise<void> {
    const name = url().pathname.slice(1);
    await database.source.query(`DROP DATABASE IF EXISTS ${name}`);
    await database.source.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  }

  async function inSource<T>(use: (source: DataSource) => Promise<T>, migrations?: number): Promise<T> {
    const options = dataSourceOptions(url().href, 2);
    const source = await openDataSource({
      ...options,
      migrations: (options.migrations as never[]).slice(0, migrations),
    });
    try {
      return await use(source);
    } finally {
      await source.destroy();
    }
  }

  /** @returns whether it came to its end before the interruption */
  const migratedUntil = (statements: number, migrations?: number) =>
    inSource(async (source) => {
      interruptedAfter(statements, source);
      try {
        await source.runMigrations();
        return true;
      } catch (error) {
        if (!String(error).includes('interrupted')) throw error;
        return false;
      }
    }, migrations);

  const schema = () =>
    inSource(async (source) => {
      const rows: { text: string }[] = await source.query(
        `SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_key) AS text
         FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY text`,
      );
      return rows.map(({ text }) => text);
    });

  // TypeORM prints each failure.
  beforeEach(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(() => jest.restoreAllMocks());

  test('from an empty database', async () => {
    await emptyDatabase();
    await inSource((source) => source.runMigrations());
    const wanted = await schema();
    for (let statements = 1; ; statements++) {
      await emptyDatabase();
      if (await migratedUntil(statements)) break;
      await inSource((source) => source.runMigrations());
      expect(await schema()).toEqual(wanted);
    }
  }, 180_000);

  test('with an audit of before: every entry is there once, its address and user agent with it', async () => {
    const long = 'x'.repeat(300);
    const entries = [
      ['192.0.2.7', 'Mozilla/5.0', '192.0.2.7', 'Mozilla/5.0'],
      ['2001:db8::1', 'mozilla/5.0', '2001:db8::1', 'mozilla/5.0'],
      ['unknown', '', null, null],
      ['', ' padded ', null, 'padded'],
      ['192.0.2.7', long, '192.0.2.7', long],
      ['192.0.2.8', 'Mozilla/5.0', '192.0.2.8', 'Mozilla/5.0'],
    ];
    let finished = false;
    for (let statements = 1; !finished; statements++) {
      await emptyDatabase();
      await inSource((source) => source.runMigrations(), 2);
      await inSource((source) =>
        source.query(
          'INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip, user_agent) VALUES ?',
          [entries.map(([ip, agent], index) => [1, new Date(), 'check-in', 'checked-in', 1, index, ip, agent])],
        ),
      );
      // The third is the one that rewrites the audit.
      finished = await migratedUntil(statements, 3);
      await inSource((source) => source.runMigrations(), 3);
      const found = await inSource<{ ip: string | null; text: string | null }[]>((source) =>
        source.query(
          `SELECT INET6_NTOA(ip) AS ip, text FROM audit_entries LEFT JOIN user_agents ON user_agents.id = user_agent_id
           ORDER BY audit_entries.id`,
        ),
      );
      expect(found.map(({ ip, text }) => [ip, text])).toEqual(entries.map(([, , ip, agent]) => [ip, agent]));
    }
  }, 180_000);
});
