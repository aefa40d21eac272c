import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalStack, startSystem, type LocalStack, type System } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import { aStudent, eventually } from '@exco/testing';
import type { DataSource } from 'typeorm';
import { trustedCertificate } from './support/certificate.ts';
import { startProxy, type Proxy } from './support/proxy.ts';
import { planEvent, Student } from './support/student.ts';

/* An upgrade as docs/upgrading.md has it, while students check in: the schema first, then one process after the other. */

const pupils = Array.from({ length: 3_000 }, () => aStudent());
const atOnce = 6;

let folder: string;
let servers: LocalStack;
let system: System;
let proxy: Proxy;
let database: DataSource;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-upgrade-'));
  const certificate = trustedCertificate(folder);
  servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  await migrate(servers.databaseUrl);
  database = await openDatabase(servers.databaseUrl, 2);
  await writeRoster(database, pupils);
  // As long as HAProxy needs to notice: two checks, two seconds apart.
  const env = { TRUST_PROXY: '1', SHUTDOWN_WAIT_SECONDS: '5' };
  system = await startSystem({ ...servers, apiProcesses: 2, workerProcesses: 2, logDirectory: folder, env });
  const [first = '', second = ''] = system.urls.map((url) => new URL(url).host);
  proxy = await startProxy('haproxy', { folder, certificate, apis: [first, second] });
}, 120_000);
afterAll(async () => {
  await proxy.stop();
  await database.destroy();
  await system.stop();
  await servers.stop();
  rmSync(folder, { recursive: true });
});

/** What a later version adds, as its migration would: columns, a table, and its name in the list. */
async function expandSchema(): Promise<void> {
  await database.query('ALTER TABLE attendances ADD COLUMN of_the_next_version VARCHAR(20) NULL');
  await database.query('ALTER TABLE users ADD COLUMN of_the_next_version INT NOT NULL DEFAULT 7');
  await database.query('CREATE TABLE of_the_next_version (id INT PRIMARY KEY)');
  await database.query("INSERT INTO migrations (timestamp, name) VALUES (9e12, 'ExpandForTheNext9000000000000')");
}

/** One student after the other, until an end is asked for. Gives the ids of those who were told that they are in. */
async function arrive(eventId: number, end: AbortSignal, faults: string[]): Promise<string[]> {
  const accepted: string[] = [];
  for (let pupil = pupils.pop(); pupil && !end.aborted; pupil = pupils.pop())
    try {
      const answer = await (await Student.signIn(proxy.url, pupil.username)).checkIn(eventId);
      await answer.arrayBuffer();
      if (answer.status === 200 || answer.status === 202) accepted.push(pupil.username);
      else faults.push(`a check-in was answered ${answer.status}`);
    } catch (error) {
      faults.push(String(error instanceof Error ? (error.cause ?? error) : error));
    }
  return accepted;
}

test('the next schema under this version’s code, and a rolling restart: no request fails, and nothing is lost', async () => {
  const event = await planEvent(proxy.url, system.adminToken);
  const end = new AbortController();
  const faults: string[] = [];
  const arriving = Promise.all(Array.from({ length: atOnce }, () => arrive(event.id, end.signal, faults)));
  await sleep(2_000);
  await expandSchema();
  await sleep(2_000);
  for (const process of [...system.workers, ...system.apis]) {
    await process.stop();
    await process.start();
    // Until HAProxy has taken it back.
    await sleep(5_000);
  }
  end.abort();
  const accepted = (await arriving).flat();
  expect(faults).toEqual([]);
  expect(accepted.length).toBeGreaterThan(200);
  await eventually(async () => {
    const rows = await database.query<{ username: string }[]>(
      'SELECT username FROM attendances JOIN users ON users.id = user_id WHERE live_event_id = ?',
      [event.id],
    );
    expect(rows.map(({ username }) => username).sort()).toEqual(accepted.sort());
  });
  const [counter] = await database.query<{ checkedIn: number }[]>(
    'SELECT checked_in AS checkedIn FROM live_event_counters WHERE live_event_id = ?',
    [event.id],
  );
  expect(counter?.checkedIn).toBe(accepted.length);
});
