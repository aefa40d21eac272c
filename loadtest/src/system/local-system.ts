import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startLocalStack, startSystem, type OwnProcess } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster, type RosterRow } from '@exco/persistence';
import { demoRoster } from '@exco/testing';
import type { RosterStudent } from '../plan/user-plan.ts';
import { AttendanceBySql } from './attendance-by-sql.ts';
import { Admin } from './admin.ts';
import type { Watched } from './processes.ts';
import { fillHistory } from './history.ts';
import { StatementSource } from './statements.ts';
import type { SystemUnderTest } from './system-under-test.ts';
import { databaseWork, redisWork, type Work } from './work.ts';

type Source = Awaited<ReturnType<typeof openDatabase>>;

export interface LocalOptions {
  students: number;
  seed: number;
  apiProcesses: number;
  workerProcesses: number;
  roster?: RosterRow[];
  /** Past events that are in the database first. */
  history?: number;
  /** Record the database's work by statement. */
  statements?: boolean;
  /** Where the processes’ output is kept; without it, it goes with the rest of the stack. */
  logDirectory?: string;
  /** Once the tables are there, and before the system runs. */
  prepare?: (database: Source) => Promise<unknown>;
  say: (line: string) => void;
}

export interface LocalSystem extends SystemUnderTest {
  databaseUrl: string;
  redisUrl: string;
  source: Source;
}

export async function peopleIn(database: Source): Promise<RosterStudent[]> {
  const users = await database.query<{ id: number; username: string }[]>('SELECT id, username FROM users ORDER BY id');
  const enrollments = await database.query<{ userId: number; classId: number }[]>(
    'SELECT user_id AS userId, class_section_id AS classId FROM enrollments ORDER BY class_section_id, user_id',
  );
  const classes = Map.groupBy(enrollments, ({ userId }) => userId);
  return users.map(({ id, username }) => ({
    id,
    username,
    classIds: (classes.get(id) ?? []).map(({ classId }) => classId),
  }));
}

async function workOf(redisUrl: string, database: Source): Promise<Work> {
  const redis = new Redis({ path: redisUrl.slice('unix://'.length), disconnectTimeout: 50 });
  try {
    const status = await database.query<{ Variable_name: string; Value: string }[]>('SHOW GLOBAL STATUS');
    return { ...redisWork(await redis.info()), ...databaseWork(status) };
  } finally {
    redis.disconnect();
  }
}

export function watchedOf(name: string, processes: readonly OwnProcess[]): Watched[] {
  return processes.flatMap(({ pid }) => (pid === null ? [] : { name, pid }));
}

/** A private database, Redis, API and workers, with a roster of their own. What was begun is let go of by `cleanUp`. */
export async function startLocalSystem(options: LocalOptions, cleanUp: AsyncDisposableStack): Promise<LocalSystem> {
  const { students, seed, apiProcesses, workerProcesses, say } = options;
  const home = options.logDirectory ?? mkdtempSync(join(tmpdir(), 'exco-loadtest-'));
  if (options.logDirectory === undefined) cleanUp.defer(() => rmSync(home, { recursive: true, force: true }));
  say('Starting a database and a Redis for this run alone');
  const stack = await startLocalStack(options.statements ? { database: { recordsStatements: true } } : {});
  cleanUp.defer(() => stack.stop());
  await migrate(stack.databaseUrl);
  const database = await openDatabase(stack.databaseUrl, 2);
  cleanUp.defer(() => database.destroy());
  say(`Adding a roster of ${students.toLocaleString('en')} students`);
  await writeRoster(database, options.roster ?? demoRoster(students, seed));
  if (options.history) await fillHistory(database, options.history, say);
  await options.prepare?.(database);
  say(`Starting ${apiProcesses} API and ${workerProcesses} worker process${workerProcesses === 1 ? '' : 'es'}`);
  const system = await startSystem({
    ...stack,
    logDirectory: home,
    env: { API_PROCESSES: String(apiProcesses), WORKER_PROCESSES: String(workerProcesses) },
  });
  cleanUp.defer(() => system.stop());
  return {
    url: system.url,
    admin: new Admin(system.url, system.adminToken),
    attendance: new AttendanceBySql(database),
    sharesMachine: true,
    ownData: true,
    apiProcesses,
    workerProcesses,
    people: await peopleIn(database),
    processes: () => [
      ...watchedOf('API', system.apis),
      ...watchedOf('worker', system.workers),
      ...watchedOf('database', [stack.database]),
      ...watchedOf('Redis', [stack.redis]),
    ],
    work: () => workOf(stack.redisUrl, database),
    restartApi: async () => {
      await Promise.all(system.apis.map((api) => api.kill()));
      await Promise.all(system.apis.map((api) => api.start()));
    },
    statements: options.statements ? new StatementSource(database) : null,
    database: stack.database,
    databaseUrl: stack.databaseUrl,
    redisUrl: stack.redisUrl,
    source: database,
  };
}
