import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { startLocalStack, startSystem, type LocalStack, type System } from '@exco/local-stack';
import { migrate, openDatabase, parseDatabaseUrl, writeRoster } from '@exco/persistence';
import { demoRoster } from '@exco/testing';
import { Player } from './player.ts';
import type { Visitors } from './players/visitors.ts';

export interface Student {
  id: number;
  digits: string;
  username: string;
  /** The first of their classes. */
  classId: number | null;
  /** Of a session that the API issued. */
  cookie: string;
}

/** The product on a private stack, with a roster whose students are all signed in. */
export interface Stage {
  stack: LocalStack;
  connection: mysql.ConnectionOptions;
  database: mysql.Connection;
  /** In the order of their ids. */
  students: Student[];
  visitors: Player<Visitors>;
  /** Of the whole bench: for every process that is started here. */
  signal: AbortSignal;
  /** API and worker; sessions outlive them. The caller stops it. */
  startSystem(env?: Record<string, string>): Promise<System>;
  createEvents(system: System, count: number): Promise<number[]>;
  /** No row at any event: every pass writes into the same empty table. */
  clear(): Promise<void>;
}

const minute = 60_000;

/** Everything it starts is put into `resources`, which takes it down again. */
export async function setStage(resources: AsyncDisposableStack, students: number, signal: AbortSignal): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'exco-bench-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const stack = await startLocalStack({ directory: join(folder, 'stack') });
  resources.defer(() => stack.stop());
  const databaseUrl = Object.assign(new URL(stack.databaseUrl), { pathname: '/bench' }).href;
  await migrate(databaseUrl);
  await fillRoster(databaseUrl, students);

  const connection = { ...parseDatabaseUrl(databaseUrl), timezone: 'Z', flags: ['-FOUND_ROWS'] };
  const database = await mysql.createConnection(connection);
  resources.defer(() => database.destroy());
  const secret = randomBytes(32).toString('base64url');
  const start = async (env: Record<string, string> = {}) => {
    signal.throwIfAborted();
    return startSystem({
      databaseUrl,
      redisUrl: stack.redisUrl,
      logDirectory: folder,
      env: { HOST: '127.0.0.1', SESSION_SECRET: secret, ...env },
    });
  };

  const visitors = resources.use(new Player<Visitors>('visitors', signal));
  return {
    stack,
    connection,
    database,
    students: await signedIn(await readStudents(database), start, visitors),
    visitors,
    signal,
    startSystem: start,
    createEvents,
    clear: async () => {
      await database.query('TRUNCATE TABLE attendances');
    },
  };
}

async function fillRoster(databaseUrl: string, students: number): Promise<void> {
  const source = await openDatabase(databaseUrl, 1);
  try {
    await writeRoster(source, demoRoster(students));
  } finally {
    await source.destroy();
  }
}

async function readStudents(database: mysql.Connection): Promise<Omit<Student, 'cookie'>[]> {
  const [rows] = await database.query<mysql.RowDataPacket[]>(
    `SELECT users.id, username, RIGHT(username, 4) AS digits, MIN(class_section_id) AS classId
     FROM users LEFT JOIN enrollments ON enrollments.user_id = users.id GROUP BY users.id ORDER BY users.id`,
  );
  return rows as Omit<Student, 'cookie'>[];
}

async function signedIn(
  students: Omit<Student, 'cookie'>[],
  start: () => Promise<System>,
  visitors: Player<Visitors>,
): Promise<Student[]> {
  const system = await start();
  try {
    const usernames = students.map(({ username }) => username);
    const cookies = await visitors.call('signIn', { port: portOf(system), usernames });
    return students.map((student, index) => ({ ...student, cookie: cookies[index] ?? '' }));
  } finally {
    await system.stop();
  }
}

/** Open for check-in now. */
async function createEvents({ url, adminToken }: System, count: number): Promise<number[]> {
  const from = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString();
  const body = JSON.stringify({
    title: 'Bench',
    opensAt: from(-2),
    startsAt: from(-1),
    endsAt: from(120),
    closesAt: from(150),
  });
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const ids: number[] = [];
  while (ids.length < count) {
    const answer = await fetch(`${url}/api/admin/events`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(`no event could be created: ${answer.status} ${await answer.text()}`);
    ids.push(((await answer.json()) as { id: number }).id);
  }
  return ids;
}

export function portOf({ url }: System): number {
  return Number(new URL(url).port);
}

/** Classmates in groups of `size`, everybody in one group at most; whoever is left over is in none. */
export function groupsOf(students: readonly Student[], size: number): Student[][] {
  const classes = Map.groupBy(
    students.filter(({ classId }) => classId !== null),
    ({ classId }) => classId,
  );
  return [...classes.values()].flatMap((members) =>
    Array.from({ length: Math.floor(members.length / size) }, (_, index) =>
      members.slice(index * size, (index + 1) * size),
    ),
  );
}
