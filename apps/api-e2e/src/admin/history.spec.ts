import { absentee, attendanceLine } from '@exco/contracts';
import { aStudent } from '@exco/testing';
import type { RosterRow } from '@exco/persistence';
import { z } from 'zod';
import { AdminClient } from '../support/admin-client.ts';
import { checkIn, checkOut } from '../support/attendance-requests.ts';
import { IsolatedStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';
import { csv, zip } from '../support/zip.ts';

/* What a report says of an event that is over, and who is who when years and rosters change. */

let stack: IsolatedStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

const names = ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Finn'];
const firstYear = names.map((displayName, at) => aStudent({ displayName, className: at < 3 ? '7A' : '7B' }));
const row = (at: number, change: Partial<RosterRow> = {}): RosterRow => ({
  ...(firstYear[at] as RosterRow),
  ...change,
});

/** The roster and everything of it a day older, so that an event can have been in between. */
async function aDayPasses(): Promise<void> {
  for (const table of ['users', 'enrollments'])
    await stack.database.query(`UPDATE ${table} SET since = since - INTERVAL 1 DAY`);
  for (const table of ['past_users', 'past_enrollments'])
    await stack.database.query(`UPDATE ${table} SET since = since - INTERVAL 1 DAY, until = until - INTERVAL 1 DAY`);
  await stack.database.query('UPDATE users SET left_at = left_at - INTERVAL 1 DAY WHERE left_at IS NOT NULL');
}

async function personOf({ username }: RosterRow): Promise<Person> {
  const [found] = await stack.database.query<{ id: number; displayName: string }[]>(
    'SELECT id, display_name AS displayName FROM users WHERE on_roster = 1 AND username = ?',
    [username],
  );
  if (!found) throw new Error(`${username} is not on the roster`);
  return { ...found, username, digits: username.slice(-4) };
}

/** An event that Ada, Ben (brought by Ada) and Dora attended, and that is closed. */
async function aClosedEvent(): Promise<number> {
  const { id } = await stack.event('live');
  const [ada, ben, dora] = [await personOf(row(0)), await personOf(row(1)), await personOf(row(3))];
  const [first, second] = [await stack.signIn(ada), await stack.signIn(dora)];
  expect(await checkIn(first, id, ada, [ben])).toMatchObject({ status: 200 });
  expect(await checkIn(second, id, dora)).toMatchObject({ status: 200 });
  await stack.endEvent(id);
  expect(await checkOut(first, id, [ada])).toMatchObject({ status: 200 });
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const times = { opensAt: at(-40), startsAt: at(-30), endsAt: at(-20), closesAt: at(-10) };
  await stack.admin().patch(`/api/admin/events/${id}`, times);
  return id;
}

const reports = [
  'attendance.csv',
  'attendance',
  'absentees.csv',
  'absentees',
  'classes.csv',
  'classes',
  'bringers.csv',
  'summary',
];

async function reportsOf(eventId: number): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const path of reports) {
    const answer = await admin.send(`/api/admin/events/${eventId}/${path}`);
    expect(answer.status).toBe(200);
    texts[path] = await answer.text();
  }
  return texts;
}

/** Ada moves up, Ben has left, Cleo is renamed, Dora changes to a class of another name, and there are new ones. */
const secondYear = () => [
  row(0, { className: '8A' }),
  row(2, { className: '8A', displayName: 'Cleo Renamed' }),
  row(3, { className: '8A' }),
  row(4, { className: '8B' }),
  aStudent({ displayName: 'Newcomer', className: '8A' }),
  aStudent({ displayName: 'Young', className: '7A' }),
];

describe('in this order', () => {
  let everybody: number;
  let oneClass: number;
  let before: Record<string, string>[];

  test('a report says who was on the roster, in which class', async () => {
    await admin.import(firstYear);
    await aDayPasses();
    everybody = await aClosedEvent();
    const [section] = await stack.database.query<{ id: number }[]>("SELECT id FROM class_sections WHERE name = '7A'");
    oneClass = (await stack.event('closed', { classIds: [section?.id ?? 0] })).id;
    before = [await reportsOf(everybody), await reportsOf(oneClass)];
    expect(before[0]?.['classes.csv']?.split('\r\n').slice(1, 3)).toEqual(['7A,3,2,1,1,1', '7B,3,1,2,0,1']);
    const absent = z.array(absentee).parse(JSON.parse(before[0]?.['absentees'] ?? ''));
    expect(absent.map(({ displayName, classes }) => [displayName, classes])).toEqual([
      ['Cleo', ['7A']],
      ['Emil', ['7B']],
      ['Finn', ['7B']],
    ]);
    expect(z.array(absentee).parse(JSON.parse(before[1]?.['absentees'] ?? ''))).toHaveLength(3);
    expect(JSON.parse(before[1]?.['summary'] ?? '')).toMatchObject({ enrolled: 3 });
  });

  test('after the import of a new year it says the same, byte by byte', async () => {
    const report = await admin.import(secondYear(), '?mode=replace');
    expect(report).toMatchObject({ added: { users: 2 }, changed: { users: 1 }, left: { users: 2, classes: 1 } });
    expect([await reportsOf(everybody), await reportsOf(oneClass)]).toEqual(before);
  });

  test('and after a third, in which everybody of the first is renamed, away or back', async () => {
    await aDayPasses();
    await stack.database.query(
      'UPDATE live_events SET opens_at = opens_at - INTERVAL 1 DAY, closes_at = closes_at - INTERVAL 1 DAY, starts_at = starts_at - INTERVAL 1 DAY, ends_at = ends_at - INTERVAL 1 DAY',
    );
    await stack.database.query(
      'UPDATE attendances SET checked_in_at = checked_in_at - INTERVAL 1 DAY, checked_out_at = checked_out_at - INTERVAL 1 DAY',
    );
    await stack.system.apis[0]?.stop();
    await stack.system.apis[0]?.start();
    const dayOlder = [await reportsOf(everybody), await reportsOf(oneClass)];
    expect(dayOlder.map((texts) => texts['classes.csv'])).toEqual(before.map((texts) => texts['classes.csv']));
    await admin.import(
      [row(0, { displayName: 'Ada Again', className: '9A' }), row(5, { className: '9A' }), row(1)],
      '?mode=replace',
    );
    expect([await reportsOf(everybody), await reportsOf(oneClass)]).toEqual(dayOlder);
  });

  test('a username that comes back after its owner has left is a new person, without their attendance', async () => {
    const ben = await personOf(row(1));
    const lines = z.array(attendanceLine).parse(JSON.parse((await reportsOf(everybody))['attendance'] ?? ''));
    const attended = lines.find(({ username }) => username === ben.username);
    expect(attended).toMatchObject({ displayName: 'Ben', classes: ['7A'] });
    expect(attended?.userId).not.toBe(ben.id);
    const answer = await (await stack.signIn(ben)).get(`/api/events/${everybody}`);
    expect(answer.json).toMatchObject({ attendance: null });
  });
});

describe('OneRoster’s sourcedId says who somebody is', () => {
  const header = ['sourcedId', 'status', 'enabledUser', 'role', 'username', 'givenName', 'familyName'];
  const user = (id: string, username: string, name: string) => [id, 'active', 'true', 'student', username, name, 'Kay'];
  const take = (...users: string[][]) =>
    admin.import(
      zip([
        { name: 'users.csv', content: csv([header, ...users]) },
        {
          name: 'classes.csv',
          content: csv([
            ['sourcedId', 'title'],
            ['c', 'OR'],
          ]),
        },
        {
          name: 'enrollments.csv',
          content: csv([
            ['classSourcedId', 'userSourcedId', 'role'],
            ...users.map(([id = '']) => ['c', id, 'student']),
          ]),
        },
      ]),
      '?mode=replace',
      'application/zip',
    );
  const idOf = async (username: string) => (await personOf(aStudent({ username }))).id;

  test('back after a year away, under another username, is the same person', async () => {
    await take(user('g1', 'gil.0001', 'Gil'), user('h1', 'hal.0002', 'Hal'));
    const gil = await idOf('gil.0001');
    await take(user('h1', 'hal.0002', 'Hal'));
    await expect(idOf('gil.0001')).rejects.toThrow('not on the roster');
    await take(user('h1', 'hal.0002', 'Hal'), user('g1', 'gilbert.0009', 'Gilbert'));
    expect(await idOf('gilbert.0009')).toBe(gil);
  });

  test('two may swap their usernames', async () => {
    const [gil, hal] = [await idOf('gilbert.0009'), await idOf('hal.0002')];
    const report = await take(user('h1', 'gilbert.0009', 'Hal'), user('g1', 'hal.0002', 'Gilbert'));
    expect(report).toMatchObject({ added: { users: 0 }, changed: { users: 2 }, left: { users: 0 } });
    expect([await idOf('hal.0002'), await idOf('gilbert.0009')]).toEqual([gil, hal]);
  });

  test('a username that the source gives to somebody else: its owner leaves, and a new person comes', async () => {
    const gil = await idOf('hal.0002');
    const report = await take(user('h1', 'gilbert.0009', 'Hal'), user('i1', 'hal.0002', 'Ida'));
    expect(report).toMatchObject({ added: { users: 1 }, left: { users: 1 } });
    expect(await idOf('hal.0002')).not.toBe(gil);
  });

  test('who was known by username alone is known by the sourcedId from then on', async () => {
    const csvRow = aStudent({ username: 'jo.0003', displayName: 'Jo Kay', className: 'OR' });
    await admin.import([csvRow]);
    const jo = await idOf('jo.0003');
    await take(user('h1', 'gilbert.0009', 'Hal'), user('i1', 'hal.0002', 'Ida'), user('j1', 'jo.0003', 'Jo'));
    await take(user('j1', 'joanna.0004', 'Jo'));
    expect(await idOf('joanna.0004')).toBe(jo);
  });
});
