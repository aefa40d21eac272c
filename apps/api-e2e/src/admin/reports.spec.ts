import { absentee, attendanceLine, classLine } from '@exco/contracts';
import { aStudent } from '@exco/testing';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { checkIn, checkOut } from '../support/attendance-requests.ts';
import { IsolatedStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';
import { AdminClient } from '../support/admin-client.ts';

let stack: IsolatedStack;
let admin: AdminClient;
let eventId: number;
let people: Person[];

const names = ['=SUM(A1:A9)', 'Zoë "Zo" O’Neill, Jr.', '王秀英', 'Left Later'];

beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
  people = await stack.enroll(names.map((displayName) => aStudent({ displayName, className: '7, B' })));
  const [ada, zoe, , gone] = people as [Person, Person, Person, Person];
  eventId = (await stack.event('live')).id;
  const [adaClient, zoeClient, goneClient] = [
    await stack.signIn(ada),
    await stack.signIn(zoe),
    await stack.signIn(gone),
  ];
  for (const [client, person] of [
    [adaClient, ada],
    [zoeClient, zoe],
    [goneClient, gone],
  ] as const)
    await checkIn(client, eventId, person);
  await stack.endEvent(eventId);
  await checkOut(adaClient, eventId, [ada]);
  await admin.import(
    `username,displayName,className\n${people
      .slice(0, 3)
      .map(({ username }, at) => `${username},"${(names[at] ?? '').replaceAll('"', '""')}","7, B"`)
      .join('\n')}\n`,
    '?mode=replace',
  );
});
afterAll(() => stack.close());

async function csv(path: string): Promise<Record<string, string>[]> {
  const answer = await admin.send(`/api/admin/events/${eventId}/${path}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return parse(bytes, { bom: true, columns: true });
}

async function json<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await admin.send(`/api/admin/events/${eventId}/${path}`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  return schema.parse(await answer.json());
}

test('attendance: names as they are, formulas defused; who left the roster is there still', async () => {
  const rows = await csv('attendance.csv');
  expect(rows.map(({ displayName, state, classes }) => [displayName, state, classes])).toEqual([
    ["'=SUM(A1:A9)", 'checked out', '7, B'],
    ['Zoë "Zo" O’Neill, Jr.', 'checked in', '7, B'],
    ['Left Later', 'checked in', '7, B'],
  ]);
  expect(rows[0]).toMatchObject({
    username: people[0]?.username,
    checkedInByUsername: people[0]?.username,
    kbps: expect.stringMatching(/^\d+$/) as string,
    corrected: 'no',
  });
  expect(Number(rows[0]?.['minutesBetweenCheckInAndCheckOut'])).toBeLessThan(5);
  expect(rows[1]).toMatchObject({ checkedOutAt: '', minutesBetweenCheckInAndCheckOut: '' });
  const lines = await json('attendance', z.array(attendanceLine));
  expect(lines.map(({ displayName }) => displayName)).toEqual(['=SUM(A1:A9)', 'Zoë "Zo" O’Neill, Jr.', 'Left Later']);
});

test('absentees and classes', async () => {
  expect(await csv('absentees.csv')).toEqual([
    {
      userId: String(people[2]?.id),
      username: people[2]?.username,
      displayName: '王秀英',
      classes: '7, B',
      remark: '',
    },
  ]);
  expect(await json('absentees', z.array(absentee))).toHaveLength(1);
  expect(await csv('classes.csv')).toEqual([
    // Who left since was in the class while the event went on.
    { name: '7, B', enrolled: '4', checkedIn: '3', absent: '1', checkedOut: '1', notCheckedOut: '2' },
  ]);
  expect(await json('classes', z.array(classLine))).toMatchObject([{ enrolled: 4, checkedIn: 3 }]);
});

test('after the close: “did not check out”, and no time made up; after a restart too', async () => {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  await stack
    .admin()
    .patch(`/api/admin/events/${eventId}`, { opensAt: at(-40), startsAt: at(-30), endsAt: at(-20), closesAt: at(-10) });
  await stack.system.apis[0]?.stop();
  await stack.system.apis[0]?.start();
  const rows = await csv('attendance.csv');
  expect(rows.map(({ state, checkedOutAt }) => [state, checkedOutAt === ''])).toEqual([
    ['checked out', false],
    ['did not check out', true],
    ['did not check out', true],
  ]);
});

test('an event that nobody attended; one that is not there; no token', async () => {
  const { id } = await stack.event('open');
  expect(await (await admin.send(`/api/admin/events/${id}/attendance`)).json()).toEqual([]);
  expect((await (await admin.send(`/api/admin/events/${id}/attendance.csv`)).text()).split('\r\n')).toHaveLength(2);
  for (const path of ['attendance.csv', 'attendance', 'absentees.csv', 'classes.csv', 'bringers']) {
    expect((await admin.send(`/api/admin/events/999999/${path}`)).status).toBe(404);
    expect((await new AdminClient(stack.url(0), 'guessed').send(`/api/admin/events/${id}/${path}`)).status).toBe(401);
  }
});
