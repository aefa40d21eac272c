import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import {
  compareSchema,
  migrate,
  MigrationError,
  migrationsDone,
  openDatabase,
  parseDatabaseUrl,
} from '@exco/persistence';
import { aDatabase, type OwnDatabase } from '@exco/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';

let server: OwnDatabase;
beforeAll(async () => (server = await aDatabase()));
afterAll(() => server.close());

/** The address of a database that does not exist yet. */
function anAddress(): string {
  return Object.assign(new URL(server.url), { pathname: `/migrate_${randomBytes(6).toString('hex')}` }).href;
}

const nameOf = (url: string) => parseDatabaseUrl(url).database;

/** Two tables and a row. It breaks off between them while `interrupted` is set, as one that is killed does. */
class MakeTwoTables1700000000000 implements MigrationInterface {
  static interrupted = false;
  static runs = 0;
  async up(runner: QueryRunner): Promise<void> {
    MakeTwoTables1700000000000.runs++;
    await runner.query('CREATE TABLE IF NOT EXISTS first_table (id INT NOT NULL PRIMARY KEY)');
    await runner.query('INSERT IGNORE INTO first_table (id) VALUES (1)');
    await runner.query('SELECT SLEEP(0.1)');
    if (MakeTwoTables1700000000000.interrupted) throw new Error('interrupted');
    await runner.query('CREATE TABLE IF NOT EXISTS second_table (id INT NOT NULL PRIMARY KEY)');
  }
  down = () => Promise.resolve();
}
const steps = [MakeTwoTables1700000000000];

beforeEach(() => Object.assign(MakeTwoTables1700000000000, { interrupted: false, runs: 0 }));

async function rows(url: string, sql: string): Promise<unknown[]> {
  const source = await openDatabase(url, 1);
  return await source.query<unknown[]>(sql).finally(() => source.destroy());
}

test('of several that start at once one migrates; the others wait and find nothing to do', async () => {
  const url = anAddress();
  const said: string[] = [];
  const all = await Promise.all(
    Array.from({ length: 4 }, () => migrate(url, { steps, say: (line) => said.push(line) })),
  );
  expect(all.map(({ ran }) => ran.length).sort()).toEqual([0, 0, 0, 1]);
  expect(MakeTwoTables1700000000000.runs).toBe(1);
  expect(said.filter((line) => line.includes('waiting'))).toHaveLength(3);
});

test('the lock of a process that is killed is free at once', async () => {
  const url = anAddress();
  const lock = `exco.migrate.${createHash('sha256').update(nameOf(url)).digest('hex').slice(0, 40)}`;
  const killed = await openDatabase(server.url, 1);
  await killed.query('SELECT GET_LOCK(?, 0)', [lock]);
  const said: string[] = [];
  const waiting = migrate(url, { steps, say: (line) => said.push(line) });
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await killed.destroy();
  expect((await waiting).ran).toEqual(['MakeTwoTables1700000000000']);
  expect(said).toEqual([expect.stringContaining('waiting'), expect.stringContaining('MakeTwoTables1700000000000')]);
});

test('one that was interrupted in the middle is completed by the next', async () => {
  const url = anAddress();
  MakeTwoTables1700000000000.interrupted = true;
  await expect(migrate(url, { steps })).rejects.toThrow('interrupted');
  expect(await migrationsDone(url)).toEqual([]);
  MakeTwoTables1700000000000.interrupted = false;
  expect(await migrate(url, { steps })).toMatchObject({
    ran: ['MakeTwoTables1700000000000'],
    schema: { state: 'current' },
  });
  expect(await rows(url, 'SELECT id FROM first_table')).toEqual([{ id: 1 }]);
  expect(await rows(url, 'SELECT id FROM second_table')).toEqual([]);
});

const folder = new URL('../../../../../libs/persistence/src/migrations/', import.meta.url);
type Steps = (new () => MigrationInterface)[];
const realSteps = async () => ((await import(new URL('index.ts', folder).href)) as { migrations: Steps }).migrations;

/**
 * The same migrations, of which the statement of this number and all after it fail; and each once at its end, when all
 * is done and not yet written down.
 * @param ended the names of those to which this has happened
 */
function interruptedAt(statement: number, of: Steps, ended: Set<string>): Steps {
  let executed = 0;
  const counting = (runner: QueryRunner) =>
    Object.assign(Object.create(runner) as QueryRunner, {
      query: (sql: string, parameters?: unknown[]) => {
        if (++executed >= statement) throw new Error('interrupted');
        return runner.query(sql, parameters);
      },
    });
  return of.map((Step) => {
    const Interrupted = class extends Step {
      override async up(runner: QueryRunner): Promise<void> {
        await super.up(counting(runner));
        if (ended.has(Step.name)) return;
        ended.add(Step.name);
        throw new Error('interrupted');
      }
    };
    return Object.defineProperty(Interrupted, 'name', { value: Step.name });
  });
}

async function tables(url: string): Promise<unknown> {
  return rows(
    url,
    `SELECT table_name, column_name, column_type, column_default, is_nullable, column_key FROM information_schema.columns
     WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
}

test('the project’s own migrations come to the same schema, interrupted at each of their statements', async () => {
  const clean = anAddress();
  await migrate(clean);
  const url = anAddress();
  const all = await realSteps();
  const isInterrupted = (steps: Steps) =>
    migrate(url, { steps }).then(
      () => false,
      (error: unknown) => {
        if ((error as Error).message === 'interrupted') return true;
        throw error;
      },
    );
  let interruptions = 0;
  const ended = new Set<string>();
  for (const [index] of all.entries()) {
    // Those before it are done: only the statements of this one are counted.
    const upToThis = all.slice(0, index + 1);
    for (let at = 1; await isInterrupted(interruptedAt(at, upToThis, ended)); at++) interruptions++;
  }
  expect(interruptions).toBeGreaterThan(2 * all.length);
  expect(await tables(url)).toEqual(await tables(clean));
});

test('a dry run says what there is to do and changes nothing', async () => {
  const url = anAddress();
  expect(await migrate(url, { steps, dryRun: true })).toMatchObject({ ran: ['MakeTwoTables1700000000000'] });
  const found = await server.source.query<unknown[]>('SHOW DATABASES LIKE ?', [nameOf(url)]);
  expect(found).toEqual([]);
});

test('a user without the rights is told what to grant', async () => {
  const url = anAddress();
  await server.source.query(`CREATE DATABASE ${nameOf(url)}`);
  await server.source.query("CREATE USER IF NOT EXISTS 'reader'@'localhost' IDENTIFIED BY 'secret'");
  await server.source.query(`GRANT SELECT ON ${nameOf(url)}.* TO 'reader'@'localhost'`);
  const reader = Object.assign(new URL(url), { username: 'reader', password: 'secret' }).href;
  await expect(migrate(reader)).rejects.toThrow(MigrationError);
  await expect(migrate(reader)).rejects.toThrow(/may not migrate: .*Grant it ALL PRIVILEGES/);
  const stranger = Object.assign(new URL(reader), { password: 'not this one' }).href;
  await expect(migrate(stranger)).rejects.toThrow(/may not migrate: .*Correct user and password/);
});

test('this version serves with its own schema and a compatible newer one, with no older or contracted one', () => {
  const known = ['One1', 'Two2'];
  expect(compareSchema(['One1', 'Two2'], known)).toEqual({ state: 'current' });
  expect(compareSchema(['One1'], known)).toEqual({ state: 'older', missing: ['Two2'] });
  expect(compareSchema(['One1', 'Two2', 'Three3'], known)).toEqual({ state: 'newer-compatible', unknown: ['Three3'] });
  expect(compareSchema(['One1', 'Two2', 'ContractUsers3'], known)).toMatchObject({ state: 'newer-incompatible' });
});

test('every migration of the folder is listed, the oldest first', async () => {
  const files = readdirSync(folder).filter((name) => /^\d/.test(name));
  const listed = (await realSteps()).map(({ name }) => name.slice(-13));
  expect(listed).toEqual(files.map((name) => name.slice(0, 13)).sort());
});
