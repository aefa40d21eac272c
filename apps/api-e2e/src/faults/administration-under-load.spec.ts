import { performance } from 'node:perf_hooks';
import { checkInCommitted } from '@exco/contracts';
import { believedStatistics, demoRoster } from '@exco/testing';
import { AdminClient } from '../support/admin-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { IsolatedStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';

/* What admins do while students come: the answers of both are right, and students wait at most twice as long. */

const roster = demoRoster(10_000);
let stack: IsolatedStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
  await admin.import(roster);
}, 120_000);
afterAll(() => stack.close());

const atOnce = 4;
/** Check-ins without the work, on either side of it: the machine is shared, and its speed changes. */
const quiet = 80;

/** On the roster since the beginning, and the same after each import of this file. Nobody comes twice. */
let taken = 0;
async function comers(count: number): Promise<Person[]> {
  const rows = await stack.database.query<Omit<Person, 'digits'>[]>(
    `SELECT id, username, display_name AS displayName FROM users
     WHERE on_roster = 1 AND username NOT LIKE '%7' ORDER BY id LIMIT ?, ?`,
    [taken, count],
  );
  taken += count;
  return rows.map((row) => ({ ...row, digits: row.username.slice(-4) }));
}

interface Arrivals {
  people: Person[];
  /** Milliseconds of each check-in. */
  waits: number[];
}

/** Students sign in and check in, some at once, while it goes on. */
async function come(eventId: number, coming: Person[], goesOn: () => boolean): Promise<Arrivals> {
  const arrivals: Arrivals = { people: [], waits: [] };
  const loop = async () => {
    while (goesOn()) {
      const person = coming.pop();
      if (!person) return;
      const client = await stack.signIn(person);
      const from = performance.now();
      const answer = await checkIn(client, eventId, person);
      arrivals.waits.push(performance.now() - from);
      arrivals.people.push(person);
      expect(answer.status).toBe(200);
      expect(answer.as(checkInCommitted).results).toMatchObject([{ userId: person.id, outcome: 'checked-in' }]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return arrivals;
}

interface Compared {
  without: number[];
  during: number[];
}

/** What check-ins waited without this work and during it, every one of them in the database afterwards. */
async function compare(eventId: number, work: () => Promise<void>): Promise<Compared> {
  const coming = await comers(1_000);
  const some = () => {
    let left = quiet;
    return () => left-- > 0;
  };
  const before = await come(eventId, coming, some());
  let done = false;
  const working = work().finally(() => (done = true));
  const during = await come(eventId, coming, () => !done);
  await working;
  const after = await come(eventId, coming, some());
  const all = [before, during, after].flatMap(({ people }) => people);
  const rows = await stack.attendances(eventId);
  expect(rows.map(({ userId }) => userId)).toEqual(all.map(({ id }) => id).sort((one, other) => one - other));
  expect(await stack.counter(eventId)).toEqual({ checkedIn: all.length, checkedOut: 0 });
  return { without: [...before.waits, ...after.waits], during: during.waits };
}

const middle = (times: number[]) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
/** Of a batch that has to wait for the one before it: chance, and not the work. */
const allowance = 25;

function expectAtMostTwiceAsLong({ without, during }: Compared): void {
  expect(during.length).toBeGreaterThan(20);
  expect(middle(during)).toBeLessThan(2 * middle(without) + allowance);
}

test('a roster import that renames a tenth of the school', async () => {
  const { id } = await stack.event('open');
  const renamed = roster.map((row) =>
    row.username.endsWith('7') ? { ...row, displayName: `${row.displayName} II` } : row,
  );
  let report: Awaited<ReturnType<AdminClient['import']>> | undefined;
  expectAtMostTwiceAsLong(await compare(id, async () => void (report = await admin.import(renamed))));
  expect(report).toMatchObject({ left: { users: 0 } });
  expect(report?.changed.users).toBeGreaterThan(500);
});

test('reports of an event that a hundred thousand attended', async () => {
  const [{ id }, past] = [await stack.event('open'), await stack.event('closed')];
  await stack.database.query(
    `INSERT INTO users (username, display_name, since, left_at)
     SELECT CONCAT('past.', class_sections.id, '.', users.id), 'Left Long Ago', '2020-01-01', NOW(3)
     FROM users JOIN (SELECT id FROM class_sections ORDER BY id LIMIT 10) AS class_sections`,
  );
  await stack.database.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
     SELECT ?, id, NOW(3), id, 4000, 192000 FROM users WHERE left_at IS NOT NULL ORDER BY id LIMIT 100000`,
    [past.id],
  );
  const report = async (name: string) => (await admin.send(`/api/admin/events/${past.id}/${name}`)).text();
  let lines = 0;
  let summaries: string[] = [];
  const compared = await compare(id, async () => {
    // More than the students' pool has connections.
    const summing = Promise.all(Array.from({ length: 12 }, () => report('summary')));
    lines = (await report('attendance.csv')).trimEnd().split('\n').length;
    summaries = await summing;
  });
  expectAtMostTwiceAsLong(compared);
  expect(lines).toBe(100_001);
  expect(new Set(summaries).size).toBe(1);
  expect(JSON.parse(summaries[0] ?? '')).toMatchObject({ enrolled: 100_000 });
});

test('the event that goes on is not deleted, and who is anonymised meanwhile does not come back', async () => {
  const { id } = await stack.event('open');
  const [ada] = (await comers(1)) as [Person];
  const client = await stack.signIn(ada);
  const there = checkIn(client, id, ada);
  expect(await there).toMatchObject({ status: 200 });
  const other = await stack.event('open');
  const compared = await compare(other.id, async () => {
    for (let round = 0; round < 5; round++) {
      const answer = await admin.send(`/api/admin/events/${other.id}`, { method: 'DELETE' });
      expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'EVENT_RUNNING' }]);
    }
    expect((await admin.post(`/api/admin/students/${ada.id}/anonymisation`, { reason: 'On request' })).status).toBe(204);
    for (let round = 0; round < 5; round++) {
      const again = await stack.client().post('/api/session', { username: ada.username });
      expect(again).toMatchObject({ status: 401, json: { code: 'UNKNOWN_USERNAME' } });
      expect(await checkIn(client, other.id, ada)).toMatchObject({ status: 401 });
    }
  });
  expectAtMostTwiceAsLong(compared);
  expect(await stack.counter(id)).toEqual({ checkedIn: 1, checkedOut: 0 });
});

test('statistics that are wrong on purpose: right answers all the same', async () => {
  const { id } = await stack.event('open');
  const before = await compare(id, async () => {
    await believedStatistics['those of empty tables']?.(stack.database);
    for (let round = 0; round < 10; round++)
      expect((await admin.send(`/api/admin/events/${id}/audit`)).status).toBe(200);
  });
  expectAtMostTwiceAsLong(before);
});
