import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { adminEvent, type AdminEvent, type LiveEventState } from '@exco/contracts';
import { startLocalStack, startSystem, type LocalStack, type System } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster, type LiveEvent, type RosterRow } from '@exco/persistence';
import { aClassSection, aLiveEvent } from '@exco/testing';
import { Visitor } from './visitor.ts';

/** Known here, so that a test can sign what nobody else could. */
export const sessionSecret = 'the session secret of the tests, nobody else’s';
export const launchSecret = 'the launch secret of the existing platform';
const adminToken = 'an admin token for the tests';

export interface Person {
  id: number;
  username: string;
  digits: string;
  displayName: string;
}

export interface AttendanceRow {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
}

interface Wanted {
  apis?: number;
  env?: Record<string, string>;
}

/** The whole system as production runs it, with a database and a Redis of its own. */
export class House {
  private constructor(
    readonly stack: LocalStack,
    readonly system: System,
    readonly database: DataSource,
    private readonly logDirectory: string,
    private readonly env: Record<string, string>,
  ) {}

  static async open({ apis = 1, env = {} }: Wanted = {}): Promise<House> {
    const logDirectory = mkdtempSync(join(tmpdir(), 'exco-e2e-'));
    const stack = await startLocalStack({ database: { bufferPoolMegabytes: 128 } });
    await migrate(stack.databaseUrl);
    const settings = {
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      DOCS: 'on',
      SESSION_SECRET: sessionSecret,
      LAUNCH_SECRET: launchSecret,
      ADMIN_TOKEN: `an older admin token,${adminToken}`,
      ...env,
    };
    const { databaseUrl, redisUrl } = stack;
    const system = await startSystem({ databaseUrl, redisUrl, apiProcesses: apis, logDirectory, env: settings });
    return new House(stack, system, await openDatabase(databaseUrl, 4), logDirectory, settings);
  }

  async close(): Promise<void> {
    // A paused one would neither answer nor stop.
    for (const server of [this.stack.database, this.stack.redis]) server.resume();
    await this.database.destroy();
    await this.system.stop();
    await this.stack.stop();
    rmSync(this.logDirectory, { recursive: true });
  }

  /** One more API process with other settings, on the same database and Redis. */
  async anotherApi(env: Record<string, string>): Promise<System> {
    const { databaseUrl, redisUrl } = this.stack;
    return startSystem({
      databaseUrl,
      redisUrl,
      workerProcesses: 0,
      logDirectory: this.logDirectory,
      env: { ...this.env, ...env },
    });
  }

  /** What all processes have logged. */
  logs(): string {
    return ['api.log', 'worker.log'].map((name) => readFileSync(join(this.logDirectory, name), 'utf8')).join('\n');
  }

  visitor(api = 0): Visitor {
    return new Visitor(this.url(api));
  }

  url(api: number): string {
    const url = this.system.urls[api];
    if (!url) throw new Error(`there is no API process ${api}`);
    return url;
  }

  admin(api = 0, token = adminToken): Visitor {
    return new Visitor(this.url(api), undefined, { authorization: `Bearer ${token}` });
  }

  /** Puts these on the roster, and waits until every API process knows them. Once each, in the order of the rows. */
  async enroll(rows: RosterRow[]): Promise<Person[]> {
    await writeRoster(this.database, rows);
    const displayNames = new Map(rows.map((row) => [row.username, row.displayName]));
    const found: { id: number; username: string }[] = await this.database.query(
      'SELECT id, username FROM users WHERE username IN (?)',
      [[...displayNames.keys()]],
    );
    const ids = new Map(found.map(({ id, username }) => [username, id]));
    const people = [...displayNames].map(([username, displayName]) => ({
      id: ids.get(username) ?? 0,
      username,
      digits: username.slice(-4),
      displayName,
    }));
    // A name that a process does not know makes it look at the roster again.
    for (const api of this.system.urls.keys())
      await this.visitor(api).post('/api/session', { username: 'nobody.at.all.0000' });
    return people;
  }

  /** A class of its own, of as many as are taken from it. */
  async aClass(size: number): Promise<[Person, Person, Person, ...Person[]]> {
    const [first, second, third, ...rest] = await this.enroll(aClassSection(Math.max(size, 3)));
    if (!first || !second || !third) throw new Error('the class is empty');
    return [first, second, third, ...rest];
  }

  async signIn({ username }: Person, api = 0): Promise<Visitor> {
    const visitor = this.visitor(api);
    const answer = await visitor.post('/api/session', { username });
    if (answer.status !== 200) throw new Error(`sign-in was answered ${answer.status} ${answer.text}`);
    return visitor;
  }

  async event(state: LiveEventState = 'open', given: Partial<LiveEvent> = {}): Promise<AdminEvent> {
    const answer = await this.admin().post('/api/admin/events', aLiveEvent(state, given));
    if (answer.status !== 201) throw new Error(`an event was answered ${answer.status} ${answer.text}`);
    return answer.as(adminEvent);
  }

  async endEvent(eventId: number): Promise<void> {
    const answer = await this.admin().post(`/api/admin/events/${eventId}/end`);
    if (answer.status !== 200) throw new Error(`the end was answered ${answer.status} ${answer.text}`);
  }

  /** What is really in the database, by user. */
  async attendances(eventId: number): Promise<AttendanceRow[]> {
    return this.database.query(
      `SELECT user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy,
         checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy
       FROM attendances WHERE live_event_id = ? ORDER BY user_id`,
      [eventId],
    );
  }

  async counter(eventId: number): Promise<{ checkedIn: number; checkedOut: number }> {
    const [row]: { checkedIn: number; checkedOut: number }[] = await this.database.query(
      'SELECT checked_in AS checkedIn, checked_out AS checkedOut FROM live_event_counters WHERE live_event_id = ?',
      [eventId],
    );
    if (!row) throw new Error(`event ${eventId} has no counter`);
    return row;
  }
}
