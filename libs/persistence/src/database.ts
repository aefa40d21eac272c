import mysql from 'mysql2/promise';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Attendance } from './entities/attendance.ts';
import { ClassSection } from './entities/class-section.ts';
import { Enrollment } from './entities/enrollment.ts';
import { LiveEventCounter } from './entities/live-event-counter.ts';
import { LiveEvent } from './entities/live-event.ts';
import { User } from './entities/user.ts';
import { AttendanceOfLiveEvents1763800000000 } from './migrations/1763800000000-attendance-of-live-events.ts';
import { RevisionsOfLiveEvents1764050000000 } from './migrations/1764050000000-revisions-of-live-events.ts';
import { TheDeskOfAdmins1763900000000 } from './migrations/1763900000000-the-desk-of-admins.ts';

export interface Address {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  socketPath?: string;
}

/**
 * Takes `mysql://user:password@host:port/database`, with `?socketPath=/…` for a server on a Unix socket.
 * @throws TypeError when the text is not such an address
 */
export function parseDatabaseUrl(text: string): Address {
  const url = new URL(text);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.protocol !== 'mysql:' || !/^[\w$-]+$/.test(database))
    throw new TypeError('a database address looks like mysql://user:password@host:3306/database');
  const socketPath = url.searchParams.get('socketPath');
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    ...(socketPath ? { socketPath } : {}),
  };
}

/**
 * `type: 'mysql'` fits MariaDB too; its own type would turn RETURNING on, which MySQL lacks.
 * Without FOUND_ROWS a duplicate that changes nothing counts 0 and a new row 1: the counters rest on it.
 */
export function dataSourceOptions(databaseUrl: string, connections = 10): DataSourceOptions {
  const { host, port, user, password, database, socketPath } = parseDatabaseUrl(databaseUrl);
  return {
    type: 'mysql',
    host,
    port,
    username: user,
    password,
    database,
    ...(socketPath ? { socketPath } : {}),
    timezone: 'Z',
    charset: 'utf8mb4_unicode_ci',
    synchronize: false,
    connectTimeout: 5_000,
    poolSize: connections,
    // Without the trace: a stack taken for every query was 4 % of the worker.
    extra: { flags: ['-FOUND_ROWS'], queueLimit: 1_000, enableKeepAlive: true, trace: false },
    entities: [User, ClassSection, Enrollment, LiveEvent, LiveEventCounter, Attendance],
    migrations: [AttendanceOfLiveEvents1763800000000, TheDeskOfAdmins1763900000000, RevisionsOfLiveEvents1764050000000],
    migrationsTransactionMode: 'each',
  };
}

export async function openDatabase(databaseUrl: string, connections?: number): Promise<DataSource> {
  return new DataSource(dataSourceOptions(databaseUrl, connections)).initialize();
}

/** Creates the database where that is allowed and missing, then runs the migrations it has not seen. */
export async function migrate(databaseUrl: string): Promise<void> {
  const { database, ...server } = parseDatabaseUrl(databaseUrl);
  const connection = await mysql.createConnection({ ...server, connectTimeout: 5_000 });
  try {
    const [found] = await connection.query<mysql.RowDataPacket[]>(
      'SELECT 1 FROM information_schema.schemata WHERE schema_name = ?',
      [database],
    );
    if (found.length === 0)
      await connection.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  } finally {
    await connection.end();
  }
  const source = await openDatabase(databaseUrl, 1);
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}
