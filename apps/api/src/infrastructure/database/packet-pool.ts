import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { endSilentConnections, parseDatabaseUrl } from '@exco/persistence';
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise';
import { DatabaseLate, within } from './failures.ts';

/** Packets at the same time. A batch locks its event's counter: more of them would only wait for each other. */
const connections = 4;
const connectMilliseconds = 2_000;
const rollbackMilliseconds = 1_000;
const endMilliseconds = 1_000;
const queueLimit = 1_000;
/** What was asked has a deadline of its own, mostly a shorter one; this finds the idle ones that fell silent with it. */
const silentMilliseconds = 4_000;

/**
 * What ends a transaction that its client can no longer end. Strict mode, because the packets rely on NULL being
 * refused. MariaDB alone knows a limit for idle transactions; MySQL reads that line as a comment.
 */
const sessionSettings = [
  `SET SESSION innodb_lock_wait_timeout = 2, time_zone = '+00:00',
     sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES,STRICT_ALL_TABLES')`,
  '/*M!100300 SET SESSION idle_transaction_timeout = 5 */',
];

/** Result of one statement of a packet: rows, or what a change affected. */
export type PacketResult = Record<string, unknown>[] | { affectedRows: number };

/**
 * A pool of its own for several statements in one round trip, a whole transaction among them. No client is ever in the
 * middle of a transaction, so a client that stops holds no lock. Only SQL whose values were built and checked by the
 * repositories may come here, because a value with a quote in it could begin another statement.
 */
@Injectable()
export class PacketPool implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor(databaseUrl: string) {
    const settings: PoolOptions = {
      ...parseDatabaseUrl(databaseUrl),
      multipleStatements: true,
      timezone: 'Z',
      charset: 'utf8mb4_unicode_ci',
      connectionLimit: connections,
      queueLimit,
      connectTimeout: connectMilliseconds,
      enableKeepAlive: true,
      // A duplicate that changes nothing counts 0: the counters rest on it.
      flags: ['-FOUND_ROWS'],
      trace: false,
    };
    this.pool = createPool(settings);
    endSilentConnections(this.pool.pool, silentMilliseconds);
    this.pool.pool.on('connection', (connection) => {
      // A failure shows in the packet that follows on the same connection.
      for (const setting of sessionSettings) connection.query(setting, () => undefined);
    });
  }

  /** For who counts connections. */
  get underlying(): object {
    return this.pool.pool;
  }

  async onApplicationShutdown(): Promise<void> {
    // A connection that is silent does not say goodbye either.
    await within(endMilliseconds, this.pool.end()).catch(() => undefined);
  }

  /**
   * Sends these statements as one packet, and gives the result of each. After an error nothing of an open transaction
   * stays behind: it is rolled back, or its connection is closed. After the deadline the connection is closed too, and
   * whether a COMMIT inside took effect is not known.
   * @throws DatabaseLate after `milliseconds`, or what the driver throws
   */
  async send(statements: string, milliseconds: number): Promise<PacketResult[]> {
    const until = performance.now() + milliseconds;
    const connection = await this.connection(milliseconds);
    try {
      const timeout = Math.max(1, Math.round(until - performance.now()));
      const [results] = await connection.query({ sql: statements, timeout });
      connection.release();
      return results as unknown as PacketResult[];
    } catch (error) {
      await rollBack(connection, error);
      throw error;
    }
  }

  private async connection(milliseconds: number): Promise<PoolConnection> {
    const asked = this.pool.getConnection();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        asked.then(
          (connection) => connection.release(),
          () => undefined,
        );
        reject(new DatabaseLate(`no connection within ${milliseconds} ms`));
      }, milliseconds);
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }
}

async function rollBack(connection: PoolConnection, error: unknown): Promise<void> {
  // Only a server that has answered is asked again; a connection that fell silent is of no use.
  if (!(error instanceof Error && 'sqlState' in error && error.sqlState)) {
    connection.destroy();
    return;
  }
  try {
    await connection.query({ sql: 'ROLLBACK', timeout: rollbackMilliseconds });
    connection.release();
  } catch {
    connection.destroy();
  }
}
