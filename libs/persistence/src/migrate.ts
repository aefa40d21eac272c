import { createHash } from 'node:crypto';
import mysql from 'mysql2/promise';
import type { MigrationInterface } from 'typeorm';
import { dataSourceOptions, openDataSource, parseDatabaseUrl } from './database.ts';
import { migrations } from './migrations/index.ts';
import { compareSchema, knownMigrations, migrationName, migrationsDone, type SchemaState } from './schema-state.ts';

export interface MigrateOptions {
  /** Finds out what there is to do, and changes nothing. */
  dryRun?: boolean;
  say?: (line: string) => void;
  /** For tests. The class name ends in its timestamp, as TypeORM asks. */
  steps?: readonly (new () => MigrationInterface)[];
}

export interface Migrated {
  /** Names of the migrations that ran, or with `dryRun` would run. */
  ran: string[];
  /** The schema afterwards, or with `dryRun` as it is. */
  schema: SchemaState;
}

/** What a migration did, or with `dryRun` would do, a line for each thing worth saying. */
export function describeMigrated({ ran, schema }: Migrated, dryRun: boolean): string[] {
  const what = dryRun ? 'would run' : 'ran';
  return [
    ran.length === 0 ? 'Nothing to do: the schema is up to date.' : `${ran.length} ${what}: ${ran.join(', ')}`,
    ...('unknown' in schema ? [`A later version has migrated this database too: ${schema.unknown.join(', ')}`] : []),
  ];
}

/** Somebody has to change a setting or a right: the message says which. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const lockSeconds = 900;

/** MySQL's names of locks hold 64 characters at most and are known to the whole server. */
const lockName = (database: string) =>
  `exco.migrate.${createHash('sha256').update(database).digest('hex').slice(0, 40)}`;

/** No access, or no right to a statement, a table or a column. */
const noRight = new Set([1044, 1045, 1142, 1143, 1227, 1370, 1698]);

const wrongPassword = new Set([1045, 1698]);

const errno = (error: unknown) => (error as { errno?: number }).errno ?? 0;

/**
 * Creates the database where it is missing and allowed, then runs the migrations that it has not seen, in order. A lock in
 * the database lets one process migrate; others wait for it, and then find nothing to do. DDL does not roll back: a
 * migration that was interrupted is run again from its start, so each of its statements can be repeated.
 * @throws MigrationError
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<Migrated> {
  const { database, ...server } = parseDatabaseUrl(databaseUrl);
  try {
    if (options.dryRun) return await wouldMigrate(databaseUrl, options);
    const connection = await mysql.createConnection({ ...server, connectTimeout: 5_000 });
    try {
      await takeLock(connection, database, options.say);
      await createDatabase(connection, database);
      return await runPending(databaseUrl, options);
    } finally {
      // The lock goes with the connection.
      await connection.end();
    }
  } catch (error) {
    if (noRight.has(errno(error)))
      throw new MigrationError(
        `The user of DATABASE_URL may not migrate: ${(error as Error).message}. ` +
          (wrongPassword.has(errno(error)) ? 'Correct user and password. Or grant' : 'Grant') +
          ` it ALL PRIVILEGES on the database "${database}", or run npm run migrate with a DATABASE_URL whose user has them.`,
        { cause: error },
      );
    throw error;
  }
}

const namesOf = ({ steps }: MigrateOptions) => steps?.map(migrationName) ?? knownMigrations;

async function wouldMigrate(databaseUrl: string, options: MigrateOptions): Promise<Migrated> {
  const done = await migrationsDone(databaseUrl);
  const known = namesOf(options);
  return { ran: known.filter((name) => !done.includes(name)), schema: compareSchema(done, known) };
}

async function takeLock(connection: mysql.Connection, database: string, say?: (line: string) => void): Promise<void> {
  const get = async (seconds: number) => {
    const [[row]] = await connection.query<mysql.RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS got', [
      lockName(database),
      seconds,
    ]);
    return Number(row?.['got']) === 1;
  };
  if (await get(0)) return;
  say?.('Another process is migrating this database; waiting for it.');
  if (!(await get(lockSeconds)))
    throw new MigrationError(
      `Another process has been migrating this database for ${lockSeconds / 60} minutes. See SHOW PROCESSLIST for what it does, and run this again when it has ended.`,
    );
}

async function createDatabase(connection: mysql.Connection, database: string): Promise<void> {
  const [found] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT 1 FROM information_schema.schemata WHERE schema_name = ?',
    [database],
  );
  if (found.length === 0)
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
}

async function runPending(databaseUrl: string, options: MigrateOptions): Promise<Migrated> {
  const steps = options.steps ?? migrations;
  const done = await migrationsDone(databaseUrl);
  const pending = steps.map(migrationName).filter((name) => !done.includes(name));
  if (pending.length > 0) options.say?.(`Migrating ${database(databaseUrl)}: ${pending.join(', ')}`);
  const source = await openDataSource({ ...dataSourceOptions(databaseUrl, 1), migrations: [...steps] });
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
  return { ran: pending, schema: compareSchema([...done, ...pending], namesOf(options)) };
}

const database = (databaseUrl: string) => parseDatabaseUrl(databaseUrl).database;
