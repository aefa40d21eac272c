import { connect } from 'node:net';
import { auditEntry, type AuditEntry } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { z } from 'zod';
import { AdminClient } from '../support/admin-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import type { Person } from '../support/test-stack.ts';
import { ownProcess } from '../support/own-process.ts';

// What silences the audit of one process must not hide in another.
const own = ownProcess({ TRUST_PROXY: 'on' });

const url = () => own.api.urls[0] ?? '';

async function audit(eventId: number, query = ''): Promise<AuditEntry[]> {
  const answer = await new AdminClient(url()).send(`/api/admin/events/${eventId}/audit${query}`);
  return z.array(auditEntry).parse(await answer.json());
}

/** Signs in at the process under test; gives the cookie. */
async function cookieOf({ username }: Person): Promise<string> {
  const answer = await fetch(`${url()}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username }),
  });
  return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}

const bodyOf = (me: Person) =>
  JSON.stringify({ digits: me.digits, classmates: [], connection: { kbps: 4200, bytes: 196_608 } });

async function checkInWith(me: Person, eventId: number, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${url()}/api/events/${eventId}/check-ins`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: await cookieOf(me), ...headers },
    body: bodyOf(me),
  });
  await answer.text();
  return answer.status;
}

/** Text that `fetch` would refuse to send. `leave`: without waiting for the answer. */
async function raw(path: string, cookie: string, body: string, headers: string[], leave = false): Promise<void> {
  const { hostname, port } = new URL(url());
  const socket = connect(Number(port), hostname);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `cookie: ${cookie}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...headers,
  ];
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  await new Promise<void>((resolve) =>
    socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1'), () => {
      resolve();
    }),
  );
  if (leave) socket.destroy();
  else {
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
}

/** Whether the audit of the process still writes. */
async function stillWrites(eventId: number, me: Person): Promise<void> {
  expect(await checkInWith(me, eventId)).toBe(200);
  await eventually(async () =>
    expect(await audit(eventId, `?userId=${me.id}`)).toMatchObject([{ outcome: 'checked-in', user: { id: me.id } }]),
  );
}

test('an event id that no column holds names no event, and the audit goes on', async () => {
  const [ada, ben] = await own.stack.aClass(3);
  const { id } = await own.stack.event();
  for (const tooLarge of [4_294_967_296, 9_999_999_999]) expect(await checkInWith(ada, tooLarge)).toBe(404);
  await stillWrites(id, ben);
});

test('clients that leave before their check-in is answered: the audit goes on, and has them', async () => {
  const people = await own.stack.aClass(12);
  const { id } = await own.stack.event();
  const last = people.at(-1) as Person;
  const leavers = people.slice(0, -1);
  for (const person of leavers)
    await raw(`/api/events/${id}/check-ins`, await cookieOf(person), bodyOf(person), [], true);
  await stillWrites(id, last);
  // A request that was cut off before it was read leaves neither a row nor an entry.
  const rows = await own.stack.attendances(id);
  const entries = await audit(id);
  expect(entries.map(({ user }) => user.id).sort()).toEqual(rows.map(({ userId }) => userId).sort());
});

test.each([
  ['é', ''],
  ["1.2.3.4'; --", ''],
  ['999.999.999.999', ''],
  ['9'.repeat(3_000), ''],
  ['2001:db8::17', '2001:db8::17'],
  ['::ffff:192.0.2.17', '192.0.2.17'],
])('X-Forwarded-For %#', async (forwarded, address) => {
  const [ada, ben] = await own.stack.aClass(3);
  const { id } = await own.stack.event();
  await raw(`/api/events/${id}/check-ins`, await cookieOf(ada), bodyOf(ada), [`x-forwarded-for: ${forwarded}`]);
  await stillWrites(id, ben);
  expect((await audit(id, `?userId=${ada.id}`)).map(({ ip }) => ip)).toEqual([address]);
});

test('a user agent of any length and script is kept as far as its column goes', async () => {
  const [ada, ben] = await own.stack.aClass(3);
  const { id } = await own.stack.event();
  await raw(`/api/events/${id}/check-ins`, await cookieOf(ada), bodyOf(ada), [`user-agent: Zoë ${'x'.repeat(900)}`]);
  await stillWrites(id, ben);
  const [entry] = await audit(id, `?userId=${ada.id}`);
  expect(entry?.userAgent).toHaveLength(300);
  expect(entry?.userAgent).toMatch(/^Zoë x/);
});

test('the time is that of the request, as in the attendance', async () => {
  const [ada] = await own.stack.aClass(3);
  const { id } = await own.stack.event();
  const visitor = await own.stack.signIn(ada);
  const before = Date.now();
  await checkIn(visitor, id, ada);
  const answered = Date.now();
  const [row] = await own.stack.attendances(id);
  // Another process writes it, and later.
  await eventually(async () => expect(await audit(id)).toHaveLength(1));
  const [entry] = await audit(id);
  const checkedInAt = row?.checkedInAt.getTime() ?? NaN;
  expect(Date.parse(entry?.at ?? '')).toBeGreaterThanOrEqual(before);
  expect(checkedInAt).toBeGreaterThanOrEqual(Date.parse(entry?.at ?? ''));
  expect(checkedInAt).toBeLessThanOrEqual(answered);
});

test('a request for a check-out too early is a refused try; one for an event that does not exist is not kept', async () => {
  const [ada] = await own.stack.aClass(3);
  const { id } = await own.stack.event('live');
  const visitor = await own.stack.signIn(ada);
  expect((await visitor.post(`/api/events/${id}/check-outs`, { userIds: [ada.id] })).status).toBe(409);
  expect((await visitor.post('/api/events/4294967295/check-outs', { userIds: [ada.id] })).status).toBe(404);
  await eventually(async () =>
    expect(await audit(id)).toMatchObject([{ kind: 'check-out', outcome: 'CHECK_OUT_NOT_OPEN', user: { id: ada.id } }]),
  );
  const orphans: unknown[] = await own.stack.database.query(
    'SELECT 1 FROM audit_entries WHERE live_event_id = 4294967295',
  );
  expect(orphans).toEqual([]);
});

test('the pages of a CSV file and of the list together hold each entry once', async () => {
  const people = await own.stack.aClass(30);
  const { id } = await own.stack.event();
  await Promise.all(people.map(async (person) => checkIn(await own.stack.signIn(person), id, person)));
  await eventually(async () => expect(await audit(id, '?limit=1000')).toHaveLength(people.length));
  const ids: number[] = [];
  for (let page = await audit(id, '?limit=7'); page.length > 0;) {
    ids.push(...page.map((entry) => entry.id));
    page = await audit(id, `?limit=7&before=${ids.at(-1) ?? 0}`);
  }
  expect(ids).toHaveLength(people.length);
  expect(new Set(ids).size).toBe(people.length);
  expect([...ids].sort((one, other) => other - one)).toEqual(ids);
});
