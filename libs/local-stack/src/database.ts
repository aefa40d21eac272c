import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { Claim } from './claim.ts';
import { inheritedEnv } from './env.ts';
import { OwnProcess } from './own-process.ts';
import { findProgram } from './programs.ts';
import type { OwnServer } from './own-server.ts';
import { StackError, touching } from './stack-error.ts';

export interface DatabaseOptions {
  bufferPoolMegabytes?: number;
  maxConnections?: number;
  /** Statements slower than this are written to slow.log beside the data. */
  slowQuerySeconds?: number;
  /** performance_schema is on, with its statistics by statement. */
  recordsStatements?: boolean;
  logFile?: string;
}

const run = promisify(execFile);
const readyPoll = 50;

/** mysqld and mariadbd refuse to run as root unless told so. */
const asThisUser = () => (process.getuid?.() === 0 ? ['--user=root'] : []);

async function initialise(server: string, data: string): Promise<void> {
  // Made beside its place and moved there: an interrupted set-up must not look like a database.
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const setUp = server.endsWith('mariadbd') ? findProgram('database set-up') : null;
  // In /tmp another server that starts would sweep away the temporary files of this one.
  const settings = { env: { ...inheritedEnv(), TMPDIR: dirname(data) } };
  const where = ['--no-defaults', `--datadir=${draft}`, ...asThisUser()];
  try {
    if (setUp)
      await run(
        setUp,
        [...where, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
        settings,
      );
    else await run(server, [...where, '--initialize-insecure'], settings);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const told = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n').replace(/^/gm, '  | ');
    throw new StackError(`The database's folder ${data} could not be set up:\n${told}`, { cause: error });
  }
  renameSync(draft, data);
}

/** Of every database server of ours, wherever its files and its network are. */
export const databaseSettings = [
  '--skip-name-resolve',
  '--skip-log-bin',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_unicode_ci',
  '--default-time-zone=+00:00',
  '--innodb-flush-log-at-trx-commit=1',
];

function serverArguments(folder: string, socket: string, options: DatabaseOptions): string[] {
  const { bufferPoolMegabytes = 512, maxConnections = 200, slowQuerySeconds, recordsStatements = false } = options;
  return [
    // First, or the system's own configuration would be read.
    '--no-defaults',
    ...asThisUser(),
    `--datadir=${join(folder, 'files')}`,
    `--socket=${socket}`,
    // In /tmp another server that starts would sweep away the temporary files of this one.
    `--tmpdir=${folder}`,
    `--pid-file=${join(folder, 'server.pid')}`,
    '--skip-networking',
    ...databaseSettings,
    `--innodb-buffer-pool-size=${bufferPoolMegabytes}M`,
    `--max-connections=${maxConnections}`,
    ...(recordsStatements
      ? [
          '--performance-schema=ON',
          '--performance-schema-digests-size=2000',
          '--performance-schema-max-digest-length=4096',
        ]
      : []),
    ...(slowQuerySeconds === undefined
      ? []
      : [
          '--slow-query-log=1',
          `--slow-query-log-file=${join(folder, 'slow.log')}`,
          `--long-query-time=${slowQuerySeconds}`,
        ]),
  ];
}

async function untilAnswers(socketPath: string, died: AbortSignal): Promise<void> {
  while (!died.aborted) {
    try {
      const connection = await mysql.createConnection({ socketPath, user: 'root', connectTimeout: 2_000 });
      await connection.query('SELECT 1');
      await connection.end();
      return;
    } catch {
      await sleep(readyPoll);
    }
  }
}

const inQuery = (path: string) => encodeURI(path).replace(/[+&#?]/g, encodeURIComponent);

/**
 * A private MariaDB or MySQL on a Unix socket, its data kept in `folder`.
 * @param database the name in the address it gives; migrations create it
 * @throws StackError
 */
export async function startDatabase(
  folder: string,
  options: DatabaseOptions = {},
  database = 'exco',
): Promise<OwnServer> {
  const server = findProgram('database');
  if (!server)
    throw new StackError('Neither mariadbd nor mysqld is installed. Install mariadb-server, or set DATABASE_URL.');
  const claim = await Claim.of(folder);
  const socket = join(claim.sockets, 'database.sock');
  const own = new OwnProcess({
    name: 'the database',
    command: server,
    args: serverArguments(folder, socket, options),
    env: inheritedEnv(),
    logFile: options.logFile ?? join(folder, 'server.log'),
    untilReady: (_, died) => untilAnswers(socket, died),
    readySeconds: 120,
    stopSeconds: 60,
    advice: `If its files are damaged beyond repair, move ${folder} away and start again: what was in it is gone then.`,
    onSpawn: (pid) => claim.remember(pid),
  });
  try {
    const files = join(folder, 'files');
    await touching(files, async () => {
      if (!existsSync(files)) await initialise(server, files);
    });
    await own.start();
  } catch (error) {
    claim.release();
    throw error;
  }
  return {
    url: `mysql://root@localhost/${database}?socketPath=${inQuery(socket)}`,
    process: own,
    close: async () => {
      await own.stop();
      claim.release();
    },
  };
}
