import { readFileSync } from 'node:fs';
import { session } from '@exco/contracts';
import type { RosterRow } from '@exco/persistence';
import { demoRoster, rosterCsv } from '@exco/testing';
import { Fault } from '../terminal/fault.ts';
import { HttpClient } from '../transport/http-client.ts';
import { isLoopback, targetOf } from '../transport/dial.ts';
import type { RosterStudent } from '../plan/user-plan.ts';
import { AttendanceByReport } from './attendance-by-report.ts';
import { interruption } from '@exco/local-stack';
import type { Say } from '../terminal/say.ts';
import { many } from '../terminal/say.ts';
import { Admin } from './admin.ts';
import { readRosterFile } from './roster-file.ts';
import type { SystemUnderTest } from './system-under-test.ts';

export interface RemoteOptions {
  url: string;
  adminToken: string;
  /** A roster that the deployment has already; null: students are made up and imported beside those who are there. */
  rosterFile: string | null;
  students: number;
  seed: number;
}

const signInsAtOnce = 16;

/** Names that nobody else on the roster has, neither students nor classes: classmates must be ours alone. */
function madeUpRoster(students: number, seed: number): RosterRow[] {
  const mark = Date.now().toString(36);
  return demoRoster(students, seed).map(({ username, displayName, className }) => ({
    username: `lt-${mark}-${username}`,
    displayName,
    className: className === null ? null : `${className} ${mark}`,
  }));
}

function fromFile(file: string): RosterRow[] {
  try {
    return readRosterFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`--roster ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Signs everybody in once, ahead of the run, because only an answer says which id a username has. */
async function identified(url: string, usernames: readonly string[], say: Say): Promise<RosterStudent[]> {
  const target = targetOf(url);
  const waiting = [...usernames];
  const people: RosterStudent[] = [];
  const worker = async () => {
    for (let username = waiting.pop(); username !== undefined; username = waiting.pop()) {
      interruption.throwIfAborted();
      const client = new HttpClient(target, undefined);
      const { status, body } = await client.ask('POST', '/api/session', JSON.stringify({ username }));
      client.close();
      if (status !== 200) throw new Fault(`${username} could not sign in (${status}): ${body.slice(0, 300)}`);
      const { user } = session.parse(JSON.parse(body));
      people.push({ id: user.id, username, classIds: user.classes.map(({ id }) => id) });
      if (people.length % 500 === 0)
        say.progress(`${many(people.length)} of ${many(usernames.length)} students identified`);
    }
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, worker));
  return people.sort((one, other) => one.id - other.id);
}

/** Any deployment, seen from outside: its processes cannot be watched, its database is asked through the admins' report. */
export async function reachRemoteSystem(options: RemoteOptions, say: Say): Promise<SystemUnderTest> {
  const { url, adminToken, rosterFile, students, seed } = options;
  const admin = new Admin(url, adminToken);
  const rows = rosterFile === null ? madeUpRoster(students, seed) : fromFile(rosterFile);
  const usernames = [...new Set(rows.map(({ username }) => username))];
  if (usernames.length < students)
    throw new Fault(`${rosterFile ?? 'the roster'} has ${usernames.length} students, and ${students} are to come`);
  if (rosterFile === null) {
    say.line(`Importing ${many(usernames.length)} students beside those who are on the roster`);
    await admin.importRoster(rosterCsv(rows));
  }
  say.line('Signing everybody in once, to learn their ids');
  const people = await identified(url, usernames, say);
  return {
    url,
    admin,
    people,
    sharesMachine: isLoopback(url),
    attendance: new AttendanceByReport(admin, new Map(people.map(({ username, id }) => [username, id]))),
    ownData: false,
    apiProcesses: null,
    workerProcesses: null,
    processes: () => [],
    work: () => Promise.resolve(null),
    statements: null,
    database: null,
    restartApi: null,
  };
}
