import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { adminEvent, type AdminEvent, type LiveEventState } from '@exco/contracts';
import { startSystem, type System } from '@exco/local-stack';
import { openDatabase, writeRoster, type LiveEvent, type RosterRow } from '@exco/persistence';
import { aClassSection, aLiveEvent, aStudent } from '@exco/testing';
import { ApiClient } from './api-client.ts';
import { readSharedAddresses, type SharedAddresses } from './env.ts';
import { adminToken, settings } from './settings.ts';

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

/**
 * The system as production runs it. `shared()` is the one stack of all test files: a test there works with its own event
 * and its own classes, and must not stop a process, empty a table or rely on what else is in the database.
 */
export class TestStack {
  protected constructor(
    private readonly addresses: SharedAddresses,
    readonly database: DataSource,
    private readonly env: Record<string, string>,
  ) {}

  static async shared(): Promise<TestStack> {
    const addresses = readSharedAddresses();
    return new TestStack(addresses, await openDatabase(addresses.testsDatabaseUrl, 4), settings);
  }

  async close(): Promise<void> {
    await this.database.destroy();
  }

  get urls(): readonly string[] {
    return this.addresses.urls;
  }

  get databaseUrl(): string {
    return this.addresses.databaseUrl;
  }

  get redisUrl(): string {
    return this.addresses.redisUrl;
  }

  async schema(): Promise<string> {
    const [row] = await this.database.query<{ name: string }[]>('SELECT DATABASE() AS name');
    return row?.name ?? '';
  }

  /** A connection as the API has it, which performance_schema counts. Whoever opens it closes it. */
  async asApi(): Promise<DataSource> {
    return openDatabase(this.addresses.databaseUrl, 1);
  }

  /** One more API process with other settings, on the same database. Whoever starts it stops it. */
  async anotherApi(env: Record<string, string> = {}, redisUrl = this.redisUrl): Promise<System> {
    return this.anotherSystem({ redisUrl, workerProcesses: 0, env });
  }

  /** As `anotherApi`, with a worker: for another Redis. */
  async anotherSystem(options: {
    redisUrl: string;
    workerProcesses?: number;
    env?: Record<string, string>;
  }): Promise<System> {
    const { databaseUrl, logDirectory } = this.addresses;
    return startSystem({ ...options, databaseUrl, logDirectory, env: { ...this.env, ...options.env } });
  }

  /** What all processes have logged. */
  logs(): string {
    return this.logFiles()
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
  }

  /** Of the API and of the worker. */
  logFiles(): string[] {
    return ['api.log', 'worker.log'].map((name) => join(this.addresses.logDirectory, name));
  }

  client(api = 0): ApiClient {
    return new ApiClient(this.url(api));
  }

  url(api: number): string {
    const url = this.urls[api];
    if (!url) throw new Error(`there is no API process ${api}`);
    return url;
  }

  admin(api = 0, token = adminToken): ApiClient {
    return this.adminAt(this.url(api), token);
  }

  /** As `admin`, at a process that this stack does not know. */
  adminAt(url: string, token = adminToken): ApiClient {
    return new ApiClient(url, undefined, { authorization: `Bearer ${token}` });
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
    // A name that a process does not know makes it read the roster again; a new one each time, as guesses are throttled.
    for (const api of this.urls.keys()) await this.client(api).post('/api/session', { username: aStudent().username });
    return people;
  }

  /** Who is in this class, by user id. */
  async peopleOf(className: string): Promise<Person[]> {
    const rows = await this.database.query<Omit<Person, 'digits'>[]>(
      `SELECT users.id, username, display_name AS displayName FROM users
         JOIN enrollments ON enrollments.user_id = users.id
         JOIN class_sections ON class_sections.id = enrollments.class_section_id
       WHERE class_sections.name = ? ORDER BY users.id`,
      [className],
    );
    return rows.map((row) => ({ ...row, digits: row.username.slice(-4) }));
  }

  /** A class of its own, of as many as are taken from it. */
  async aClass(size: number): Promise<[Person, Person, Person, ...Person[]]> {
    const [first, second, third, ...rest] = await this.enroll(aClassSection(Math.max(size, 3)));
    if (!first || !second || !third) throw new Error('the class is empty');
    return [first, second, third, ...rest];
  }

  async signIn({ username }: Person, api = 0): Promise<ApiClient> {
    const client = this.client(api);
    const answer = await client.post('/api/session', { username });
    if (answer.status !== 200) throw new Error(`sign-in was answered ${answer.status} ${answer.text}`);
    return client;
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
