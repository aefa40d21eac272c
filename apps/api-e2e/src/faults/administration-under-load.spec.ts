import { performance } from 'node:perf_hooks';
import { demoRoster } from '@exco/testing';
import { AdminClient } from '../support/admin-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { IsolatedStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';

/* What admins do while students come: the answers of both are right, and students hardly wait longer. */

const roster = demoRoster(10_000);
let stack: IsolatedStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
  await admin.import(roster);
}, 120_000);
afterAll(() => stack.close());

interface Comer {
  person: Person;
  client: ApiClient;
}

/** On the roster since the beginning, and in no import that follows otherwise than before; each is taken once. */
let taken = 0;
async function comers(count: number): Promise<Comer[]> {
  const rows = await stack.database.query<Omit<Person, 'digits'>[]>(
    `SELECT id, username, display_name AS displayName FROM users WHERE username NOT LIKE '%7' ORDER BY id LIMIT ?, ?`,
    [taken, count],
  );
  taken += count;
  const coming: Comer[] = [];
  for (const row of rows) {
    const person = { ...row, digits: row.username.slice(-4) };
    coming.push({ person, client: await stack.signIn(person) });
  }
  return coming;
}

/** Checks them in one after the other while it goes on. @returns milliseconds each waited, in order of size */
async function waits(eventId: number, coming: Comer[], goesOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goesOn()) {
    const next = coming.pop();
    if (!next) break;
    const from = performance.now();
    const answer = await checkIn(next.client, eventId, next.person);
    times.push(performance.now() - from);
    expect(answer).toMatchObject({ status: 200, json: { results: [{ outcome: 'checked-in' }] } });
  }
  return times.sort((one, other) => one - other);
}

/** What check-ins waited without this work and during it, every one of them in the database afterwards. */
async function compare(work: () => Promise<void>): Promise<{ before: number[]; during: number[] }> {
  const { id } = await stack.event('open');
  const coming = await comers(250);
  let left = 60;
  const before = await waits(id, coming, () => left-- > 0);
  let done = false;
  const working = work().finally(() => (done = true));
  const during = await waits(id, coming, () => !done);
  await working;
  const all = before.length + during.length;
  expect(await stack.counter(id)).toEqual({ checkedIn: all, checkedOut: 0 });
  expect(await stack.attendances(id)).toHaveLength(all);
  return { before, during };
}

const middle = (times: number[]) => times[Math.floor(times.length / 2)] ?? 0;
/** A check-in waits for the batch before it; the machine is shared with what is measured. */
const allowance = 50;

function expectHardlyLonger({ before, during }: { before: number[]; during: number[] }): void {
  expect(during.length).toBeGreaterThan(10);
  expect(middle(during)).toBeLessThan(2 * middle(before) + allowance);
}

test('a roster import that renames a tenth of the school', async () => {
  const renamed = roster.map((row) =>
    row.username.endsWith('7') ? { ...row, displayName: `${row.displayName} II` } : row,
  );
  let report: Awaited<ReturnType<AdminClient['import']>> | undefined;
  expectHardlyLonger(await compare(async () => void (report = await admin.import(renamed))));
  expect(report?.changed.users).toBeGreaterThan(500);
  expect(report?.left.users).toBe(0);
});

test('reports of an event that all of the school attended', async () => {
  const { id } = await stack.event('open');
  await stack.database.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
     SELECT ?, id, CURRENT_TIMESTAMP(3), 1 + id - id % 5, 4000, 192000 FROM users ORDER BY id LIMIT 10000`,
    [id],
  );
  const lines: number[] = [];
  expectHardlyLonger(
    await compare(async () => {
      for (let run = 0; run < 4; run++) {
        const texts = await Promise.all(
          ['attendance.csv', 'bringers.csv', 'classes.csv', 'absentees.csv'].map(async (name) =>
            (await admin.send(`/api/admin/events/${id}/${name}`)).text(),
          ),
        );
        lines.push(texts[0]?.trimEnd().split('\n').length ?? 0);
      }
    }),
  );
  expect(lines).toEqual(Array(4).fill(10_001));
});
