import { DataSource, type DataSourceOptions } from 'typeorm';
import { Attendance } from './entities/attendance.ts';
import { AuditBatch } from './entities/audit-batch.ts';
import { AuditEntry } from './entities/audit-entry.ts';
import { ClassSection } from './entities/class-section.ts';
import { DailyTask } from './entities/daily-task.ts';
import { Enrollment } from './entities/enrollment.ts';
import { Installation } from './entities/installation.ts';
import { LiveEventCounter } from './entities/live-event-counter.ts';
import { LiveEvent } from './entities/live-event.ts';
import { LiveEventsRevision } from './entities/live-events-revision.ts';
import { PastEnrollment } from './entities/past-enrollment.ts';
import { PastUser } from './entities/past-user.ts';
import { RosterRevision } from './entities/roster-revision.ts';
import { User } from './entities/user.ts';
import { UserAgent } from './entities/user-agent.ts';
import { migrations } from './migrations/index.ts';
import { endSilentConnections, shortenSilence, type ConnectionPool } from './silent-connections.ts';

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
    // Counts and ids are numbers, and so are truth values: of an `IS NOT NULL` MySQL makes a BIGINT, and '0' would be true.
    bigNumberStrings: false,
    // Without the trace: a stack taken for every query was 4 % of the worker.
    extra: { flags: ['-FOUND_ROWS'], queueLimit: 1_000, enableKeepAlive: true, trace: false },
    entities: [
      User,
      ClassSection,
      Enrollment,
      PastUser,
      PastEnrollment,
      RosterRevision,
      LiveEvent,
      LiveEventCounter,
      LiveEventsRevision,
      Attendance,
      AuditEntry,
      AuditBatch,
      UserAgent,
      DailyTask,
      Installation,
    ],
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
  };
}

/** How long a process of the system waits, in seconds, and the server for it. Tools wait as long as it takes. */
export interface SessionLimits {
  /** A statement that takes longer ends with an error. MariaDB: any statement; MySQL: those that only read. */
  statement?: number;
  /** A connection that was asked something and says nothing for so long is closed. Above the two others. */
  silence: number;
  /** For a lock that another transaction holds. */
  lock: number;
  /** A transaction whose client says nothing any more is rolled back after so long; MySQL does it after `idleSession`. */
  idleTransaction: number;
}

/** Of a client that is gone without a word. Above the time after which the pool itself closes an idle connection. */
const idleSessionSeconds = 30;
const idleConnectionMilliseconds = 20_000;

/** Options of a pool whose idle connections are closed before the server does it. */
const closingIdle = (connections: number) => ({
  maxIdle: connections - 1,
  idleTimeout: idleConnectionMilliseconds,
  gracefulEnd: true,
});

/**
 * Sent once on every new connection. `timezone: 'Z'` is the driver’s alone: without a zone of the session,
 * CURRENT_TIMESTAMP is local time of the server beside values in UTC.
 */
function sessionStatement(limits: SessionLimits | undefined): string {
  const zone = "SET SESSION time_zone = '+00:00'";
  if (limits === undefined) return zone;
  const { statement, lock, idleTransaction } = limits;
  // Each server runs its own comment: `M!` is MariaDB’s, and numbers from 50700 on are MySQL’s alone.
  const statements =
    statement === undefined
      ? ''
      : `/*M!100101 , max_statement_time = ${statement}*//*!50708 , max_execution_time = ${statement * 1_000}*/`;
  return `${zone}, innodb_lock_wait_timeout = ${lock}, wait_timeout = ${idleSessionSeconds}
    /*M!100300 , idle_transaction_timeout = ${idleTransaction}*/${statements}`;
}

/** What mysql2 tells of a connection that the pool has just opened, before anything is asked on it. */
interface NewConnection {
  query(sql: string, done: (error: Error | null) => void): void;
  destroy(): void;
}

/** TypeORM’s MySQL driver declares its pool as `any`. */
interface MysqlPoolOwner {
  pool: ConnectionPool & { on(event: 'connection', listener: (connection: NewConnection) => void): void };
}

/** A data source whose every connection runs the session statement first. */
export async function openDataSource(options: DataSourceOptions, limits?: SessionLimits): Promise<DataSource> {
  const { extra, poolSize = 10 } = options as { extra?: object; poolSize?: number };
  const pooled = limits
    ? ({ ...options, extra: { ...extra, ...closingIdle(poolSize) } } as DataSourceOptions)
    : options;
  const source = await new DataSource(pooled).initialize();
  const session = sessionStatement(limits);
  const { pool } = source.driver as unknown as MysqlPoolOwner;
  pool.on('connection', (connection: NewConnection) =>
    connection.query(session, (error) => {
      // In a wrong zone it would write wrong times.
      if (error) connection.destroy();
    }),
  );
  if (limits) endSilentConnections(pool, limits.silence * 1_000);
  try {
    // The one connection that `initialize` has opened.
    await source.query(session);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

/** From now on a database that says nothing for so many seconds is taken for dead, whatever it was asked. */
export function waitAtMost(seconds: number, source: DataSource): void {
  shortenSilence((source.driver as unknown as MysqlPoolOwner).pool, seconds * 1_000);
}

export async function openDatabase(databaseUrl: string, connections?: number): Promise<DataSource> {
  return openDataSource(dataSourceOptions(databaseUrl, connections));
}
