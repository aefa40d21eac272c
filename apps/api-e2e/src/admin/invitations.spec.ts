import { decodeJwt, SignJWT } from 'jose';
import { adminEvent, eventView, rosterClass, rosterStudent, type RosterClass } from '@exco/contracts';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { checkIn, checkOut } from '../support/attendance-requests.ts';
import { aStudent, eventually } from '@exco/testing';
import { IsolatedStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';
import { AdminClient } from '../support/admin-client.ts';

let stack: IsolatedStack;
let admin: AdminClient;
let seven: [Person, Person];
let eight: Person;
let classes: RosterClass[];

beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
  const rows = [aStudent({ className: 'Seven' }), aStudent({ className: 'Seven' }), aStudent({ className: 'Eight' })];
  const [one, two, three] = await stack.enroll([
    ...rows,
    { ...(rows[1] ?? aStudent()), className: 'Both' },
    { ...(rows[2] ?? aStudent()), className: 'Both' },
  ]);
  if (!one || !two || !three) throw new Error('nobody there');
  seven = [one, two];
  eight = three;
  classes = z.array(rosterClass).parse(await (await admin.send('/api/admin/roster/classes')).json());
});
afterAll(() => stack.close());

const classId = (name: string) => classes.find((one) => one.name === name)?.id ?? 0;

async function links(eventId: number): Promise<Record<string, string>[]> {
  const answer = await admin.send(`/api/admin/events/${eventId}/join-links`, { method: 'POST' });
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'text/csv; charset=utf-8',
    'no-store',
  ]);
  return parse(Buffer.from(await answer.arrayBuffer()), { bom: true, columns: true });
}

const tokenOf = (link = '') => new URL(link).hash.slice(1);

test('a link for each student signs in that student and nobody else, until the event closes', async () => {
  const event = await stack.event('open');
  const all = await links(event.id);
  expect(all.map(({ username }) => username).sort()).toEqual([...seven, eight].map(({ username }) => username).sort());
  const link = all.find(({ username }) => username === eight.username)?.['link'] ?? '';
  expect(link.startsWith(`${stack.url(0)}/join#`)).toBe(true);
  const answer = await stack.client().post('/api/session', { token: tokenOf(link) });
  expect(answer).toMatchObject({ status: 200, json: { user: { id: eight.id } } });
  expect(decodeJwt(tokenOf(link))).toEqual({
    sub: eight.username,
    iss: 'exco-live',
    aud: 'exco-live',
    exp: Math.floor(Date.parse(event.closesAt) / 1000),
  });
  const closed = await stack.event('closed');
  const [old] = await links(closed.id);
  expect(await stack.client().post('/api/session', { token: tokenOf(old?.['link']) })).toMatchObject({
    status: 401,
    json: { code: 'BAD_TOKEN' },
  });
});

test('a token that was tampered with, or signed by another key, is refused', async () => {
  const { id } = await stack.event('open');
  const [first] = await links(id);
  const token = tokenOf(first?.['link']);
  const [head = '', body = '', signature = ''] = token.split('.');
  const other = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: eight.username })).toString('base64url');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
  const foreign = await new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('x'.repeat(40)));
  for (const forged of [`${head}.${other}.${signature}`, none, foreign, token.slice(0, -2)])
    expect(await stack.client().post('/api/session', { token: forged })).toMatchObject({
      status: 401,
      json: { code: 'BAD_TOKEN' },
    });
});

test('PUBLIC_URL is the address in the links; SIGN_IN=signed takes them and no bare username', async () => {
  const { id } = await stack.event('open');
  const other = await stack.anotherApi({ PUBLIC_URL: 'https://live.school.example/', SIGN_IN: 'signed' });
  try {
    const answer = await new AdminClient(other.url).send(`/api/admin/events/${id}/join-links`, { method: 'POST' });
    const [first] = parse<Record<string, string>>(Buffer.from(await answer.arrayBuffer()), {
      bom: true,
      columns: true,
    });
    expect(first?.['link']).toMatch(/^https:\/\/live\.school\.example\/join#ey/);
    const client = stack.client().at(other.url);
    expect(await client.post('/api/session', { username: eight.username })).toMatchObject({
      status: 403,
      json: { code: 'SIGNED_LINK_REQUIRED' },
    });
    expect((await client.post('/api/session', { token: tokenOf(first?.['link']) })).status).toBe(200);
  } finally {
    await other.stop();
  }
});

describe('an event for one class', () => {
  const create = async (classIds: unknown) => {
    const { title, opensAt, startsAt, endsAt, closesAt } = await stack.event('live');
    return admin.post('/api/admin/events', { title, opensAt, startsAt, endsAt, closesAt, classIds });
  };

  test('is there for its students alone, in lists, by address, at check-in, at the socket, in links and reports', async () => {
    const event = adminEvent.parse(await (await create([classId('Seven')])).json());
    expect(event.classIds).toEqual([classId('Seven')]);
    const [one, two] = seven;
    const [oneClient, eightClient] = [await stack.signIn(one), await stack.signIn(eight)];
    const listed = async (client: typeof oneClient) =>
      (await client.get('/api/events')).as(z.array(eventView)).map(({ id }) => id);
    expect(await listed(oneClient)).toContain(event.id);
    expect(await listed(eightClient)).not.toContain(event.id);
    for (const path of ['', '/classmates', '/stream'])
      expect(await eightClient.get(`/api/events/${event.id}${path}`)).toMatchObject({
        status: 404,
        json: { code: 'EVENT_NOT_FOUND' },
      });
    expect(await checkIn(eightClient, event.id, eight)).toMatchObject({ status: 404 });
    // They share a class, but not one that the event is for.
    expect(await checkIn(await stack.signIn(two), event.id, two, [eight])).toMatchObject({
      status: 200,
      json: { results: [{ outcome: 'checked-in' }, { userId: eight.id, outcome: 'wrong-digits' }] },
    });
    expect((await links(event.id)).map(({ username }) => username).sort()).toEqual(
      seven.map(({ username }) => username).sort(),
    );
    const absent = await (await admin.send(`/api/admin/events/${event.id}/absentees`)).json();
    expect(absent).toMatchObject([{ userId: one.id }]);
    const summary = await (await admin.send(`/api/admin/events/${event.id}/summary`)).json();
    expect(summary).toMatchObject({ enrolled: 2, classes: [{ name: 'Seven', enrolled: 2, checkedIn: 1 }] });
  });

  test('check-outs tell nobody else that it exists; whoever was there may leave, though it was narrowed since', async () => {
    const { id } = adminEvent.parse(await (await create([classId('Seven')])).json());
    const [one, two] = seven;
    const eightClient = await stack.signIn(eight);
    const outsider = async (eventId: number) => [
      (await eightClient.get(`/api/events/${eventId}/check-outs`)).json,
      (await checkOut(eightClient, eventId, [eight])).json,
    ];
    const oneClient = await stack.signIn(one);
    expect(await checkIn(oneClient, id, one)).toMatchObject({ status: 200 });
    const nowhere = await outsider(4_000_000_000);
    expect(nowhere).toMatchObject([{ code: 'EVENT_NOT_FOUND' }, { code: 'EVENT_NOT_FOUND' }]);
    expect(await outsider(id)).toEqual(nowhere);
    await stack.admin().patch(`/api/admin/events/${id}`, { classIds: [classId('Eight')] });
    await stack.endEvent(id);
    oneClient.forgetCookies();
    await oneClient.post('/api/session', { username: one.username });
    await eventually(async () =>
      expect(await checkOut(oneClient, id, [one])).toMatchObject({
        status: 200,
        json: { results: [{ userId: one.id, outcome: 'checked-out' }] },
      }),
    );
    expect(await checkOut(await stack.signIn(two), id, [two])).toMatchObject({ status: 404 });
  });

  test('is opened to everybody by a change, and limited again', async () => {
    const event = adminEvent.parse(await (await create([classId('Seven')])).json());
    const eightClient = await stack.signIn(eight);
    await stack.admin().patch(`/api/admin/events/${event.id}`, { classIds: null });
    await eventually(async () => expect((await eightClient.get(`/api/events/${event.id}`)).status).toBe(200), 2);
    await stack.admin().patch(`/api/admin/events/${event.id}`, { classIds: [classId('Seven')] });
    await eventually(async () => expect((await eightClient.get(`/api/events/${event.id}`)).status).toBe(404), 2);
  });

  test.each([[[]], [[999_999]], [['7B']], ['all']])('can’t be for %j', async (classIds) => {
    const answer = await create(classIds);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { details: [{ path: expect.stringMatching(/^classIds/) as string }] },
    ]);
  });
});

test('ended by mistake, and opened again', async () => {
  const { id, endsAt, closesAt } = await stack.event('live');
  await stack.endEvent(id);
  const client = await stack.signIn(eight);
  expect(await checkIn(client, id, eight)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_CLOSED' } });
  expect((await stack.admin().patch(`/api/admin/events/${id}`, { endsAt, closesAt })).json).toMatchObject({
    state: 'live',
  });
  expect((await checkIn(client, id, eight)).status).toBe(200);
});

test('students are found by part of a name or username, and a percent sign is one', async () => {
  const find = async (search: string) =>
    z
      .array(rosterStudent)
      .parse(await (await admin.send(`/api/admin/roster/students?search=${encodeURIComponent(search)}`)).json());
  expect(await find(eight.username)).toEqual([
    {
      userId: eight.id,
      username: eight.username,
      displayName: eight.displayName,
      classes: expect.arrayContaining(['Eight', 'Both']) as string[],
    },
  ]);
  expect((await find('zoe o')).length).toBe(3);
  expect(await find('%')).toEqual([]);
});
