import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aStudent, eventually } from '@exco/testing';
import { haproxyRetries } from './support/haproxy-retries.ts';
import { siteBehindHaproxy, type Site } from './support/site-behind-haproxy.ts';
import { planEvent, Student } from './support/student.ts';

/* An upgrade as docs/upgrading.md has it, while students check in: the schema first, then one process after the other. */

// Enough for the slowest machine: the last process is restarted while students still come.
const pupils = Array.from({ length: 8_000 }, () => aStudent());
const atOnce = 6;
const pauseMilliseconds = 50;

let folder: string;
let site: Site;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-upgrade-'));
  site = await siteBehindHaproxy(folder, pupils, { workerProcesses: 2 });
}, 120_000);
afterAll(() => site.stop());

/** What a later version adds, as its migration would: columns, a table, and its name in the list. */
async function expandSchema(): Promise<void> {
  await site.database.query('ALTER TABLE attendances ADD COLUMN of_the_next_version VARCHAR(20) NULL');
  await site.database.query('ALTER TABLE users ADD COLUMN of_the_next_version INT NOT NULL DEFAULT 7');
  await site.database.query('CREATE TABLE of_the_next_version (id INT PRIMARY KEY)');
  await site.database.query("INSERT INTO migrations (timestamp, name) VALUES (9e12, 'ExpandForTheNext9000000000000')");
}

/** One student after the other, with a pause between them, until an end is asked for. Gives the ids of those who were told that they are in. */
async function arrive(eventId: number, end: AbortSignal, faults: string[]): Promise<string[]> {
  const accepted: string[] = [];
  for (let pupil = pupils.pop(); pupil && !end.aborted; pupil = pupils.pop())
    try {
      const answer = await (await Student.signIn(site.proxy.url, pupil.username)).checkIn(eventId);
      await answer.arrayBuffer();
      if (answer.status === 200 || answer.status === 202) accepted.push(pupil.username);
      else faults.push(`a check-in was answered ${answer.status}`);
    } catch (error) {
      faults.push(String(error instanceof Error ? (error.cause ?? error) : error));
    } finally {
      await sleep(pauseMilliseconds);
    }
  return accepted;
}

test('the next schema under this version’s code, and a rolling restart: no request fails, and nothing is lost', async () => {
  const event = await planEvent(site.proxy.url, site.system.adminToken);
  const end = new AbortController();
  const faults: string[] = [];
  const arriving = Promise.all(Array.from({ length: atOnce }, () => arrive(event.id, end.signal, faults)));
  await sleep(2_000);
  await expandSchema();
  await sleep(2_000);
  for (const process of [...site.system.workers, ...site.system.apis]) {
    await process.stop();
    await process.start();
    // Until HAProxy has taken it back.
    await sleep(5_000);
  }
  end.abort();
  const accepted = (await arriving).flat();
  expect(faults).toEqual([]);
  expect(accepted.length).toBeGreaterThan(200);
  // They came until the end.
  expect(pupils.length).toBeGreaterThan(0);
  await eventually(async () => {
    const rows = await site.database.query<{ username: string }[]>(
      'SELECT username FROM attendances JOIN users ON users.id = user_id WHERE live_event_id = ?',
      [event.id],
    );
    expect(rows.map(({ username }) => username).sort()).toEqual(accepted.sort());
  });
  const [counter] = await site.database.query<{ checkedIn: number }[]>(
    'SELECT checked_in AS checkedIn FROM live_event_counters WHERE live_event_id = ?',
    [event.id],
  );
  expect(counter?.checkedIn).toBe(accepted.length);
  // Written once a second: a process that ends without its last ones would take them along.
  await eventually(async () => {
    const audited = await site.database.query<{ username: string }[]>(
      "SELECT DISTINCT username FROM audit_entries JOIN users ON users.id = user_id WHERE live_event_id = ? AND kind = 'check-in'",
      [event.id],
    );
    expect(audited.map(({ username }) => username).sort()).toEqual(accepted.sort());
  });
  // Each process served on until the proxy had noticed, and answered what it had begun.
  expect(await haproxyRetries(folder)).toBe(0);
});
