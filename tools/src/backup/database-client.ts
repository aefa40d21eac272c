import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findExecutable, StackError } from '@exco/local-stack';
import { parseDatabaseUrl } from '@exco/persistence';
import { environmentWith } from '../env.ts';

const programs = {
  dump: ['mariadb-dump', 'mysqldump'],
  client: ['mariadb', 'mysql'],
};

/** No server, no access or no right. */
const refusals =
  /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ER_\w*ACCESS_DENIED|ER_BAD_DB_ERROR|ER_SPECIFIC_ACCESS)/;

/**
 * What `ask` gives.
 * @param rights what the user needs for it, as in GRANT
 * @throws StackError when the database lets us not in, or not do it
 */
export async function allowed<T>(rights: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code !== 'string' || !refusals.test(code)) throw error;
    throw new StackError(
      `The database of DATABASE_URL refuses: ${message}. Correct user and password, or GRANT ${rights} on the database to ` +
        'this user. Nothing was changed.',
      { cause: error },
    );
  }
}

export interface Running {
  child: ChildProcess;
  /** Rejects with what the program complained of. */
  done: Promise<void>;
}

/**
 * Starts the database's own program for that database. The password goes by the environment: in the arguments every user of
 * the machine could read it.
 * @throws StackError when it is not installed
 */
export function startProgram(program: keyof typeof programs, databaseUrl: string, args: readonly string[]): Running {
  const command = findExecutable(programs[program]);
  if (!command)
    throw new StackError(
      `Neither ${programs[program].join(' nor ')} is installed. Install mariadb-client or mysql-client.`,
    );
  const { host, port, user, password, database, socketPath } = parseDatabaseUrl(databaseUrl);
  const where = socketPath ? [`--socket=${socketPath}`] : [`--host=${host}`, `--port=${port}`, '--protocol=TCP'];
  const child = spawn(command, [...where, `--user=${user}`, '--default-character-set=utf8mb4', ...args, database], {
    env: environmentWith({ MYSQL_PWD: password }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2_000)));
  const done = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new StackError(`${command} failed: ${complaint.trim() || `exit code ${String(code)}`}`);
  });
  // Whoever waits for it hears of it; a pipe that breaks first must not end the process.
  done.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  return { child, done };
}
