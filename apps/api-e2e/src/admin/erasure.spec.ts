import { adminAct, studentRecord } from '@exco/contracts';
import type { RosterRow } from '@exco/persistence';
import { aClassSection, aStudent, eventually } from '@exco/testing';
import { z } from 'zod';
import { AdminClient } from '../support/admin-client.ts';
import { checkIn, wrongFor } from '../support/attendance-requests.ts';
import { TestStack, type Person } from '../support/test-stack.ts';

/* What is deleted, anonymised and told on request. On the shared stack: each test has an event and a class of its own. */

let stack: TestStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await TestStack.shared();
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

const close = (eventId: number) => {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  return stack
    .admin()
    .patch(`/api/admin/events/${eventId}`, { opensAt: at(-40), startsAt: at(-30), endsAt: at(-20), closesAt: at(-10) });
};
const remove = (eventId: number) => admin.send(`/api/admin/events/${eventId}`, { method: 'DELETE' });
const anonymise = (userId: number) =>
  admin.post(`/api/admin/students/${userId}/anonymisation`, { reason: 'On request' });
const recordOf = async (userId: number) =>
  studentRecord.parse(await (await admin.send(`/api/admin/students/${userId}`)).json());
const acts = async () => z.array(adminAct).parse(await (await admin.send('/api/admin/audit?limit=20')).json());

async function left(eventId: number): Promise<number[]> {
  const tables = ['attendances', 'audit_entries', 'live_event_counters'];
  const counts = tables.map((table) =>
    stack.database.query<{ rows: string }[]>(`SELECT COUNT(*) AS \`rows\` FROM ${table} WHERE live_event_id = ?`, [
      eventId,
    ]),
  );
  return (await Promise.all(counts)).map(([row]) => Number(row?.rows));
}

test.each(['open', 'live', 'ended'] as const)(
  'an event that is %s can’t be deleted, and nothing of it is lost',
  async (state) => {
    const { id } = await stack.event('open');
    const [ada] = await stack.aClass(3);
    await checkIn(await stack.signIn(ada), id, ada);
    if (state === 'live') await stack.admin().patch(`/api/admin/events/${id}`, { startsAt: new Date().toISOString() });
    if (state === 'ended') await stack.endEvent(id);
    const answer = await remove(id);
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'EVENT_RUNNING' }]);
    expect(await stack.attendances(id)).toHaveLength(1);
  },
);

test('neither can one for which pages get ready; one that is far away can', async () => {
  const { id } = await stack.event('scheduled');
  expect((await remove(id)).status).toBe(409);
  const in2Hours = (minutes: number) => new Date(Date.now() + (120 + minutes) * 60_000);
  const far = await stack.event('scheduled', {
    opensAt: in2Hours(0),
    startsAt: in2Hours(1),
    endsAt: in2Hours(2),
    closesAt: in2Hours(3),
  });
  expect((await remove(far.id)).status).toBe(204);
});

test('a closed event goes with all that is kept of it, on every process; others stay; the audit says so', async () => {
  const [{ id, title }, { id: other }] = [await stack.event('open'), await stack.event('open')];
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  await checkIn(client, id, ada, [ben]);
  await checkIn(client, other, ada, [ben]);
  await close(id);
  await admin.send(`/api/admin/events/${id}/audit`);
  expect((await left(id))[0]).toBe(2);
  const before = await left(other);
  expect((await remove(id)).status).toBe(204);
  expect(await left(id)).toEqual([0, 0, 0]);
  expect((await left(other))[0]).toBe(before[0]);
  await eventually(async () => {
    for (const api of stack.urls.keys())
      expect((await new AdminClient(stack.url(api)).send(`/api/admin/events/${id}`)).status).toBe(404);
  });
  expect(await client.get(`/api/events/${id}`)).toMatchObject({ status: 404 });
  expect((await remove(id)).status).toBe(404);
  const [act] = await acts();
  expect(act).toMatchObject({ kind: 'deletion', userId: null, before: { eventId: id, title } });
  expect(act?.ip).not.toBe('');
});

test('all that is kept about one student: theirs alone, and that it was asked for', async () => {
  const { id } = await stack.event('open');
  const [ada, ben] = await stack.aClass(3);
  await (await stack.signIn(ben)).post(`/api/events/${id}/digit-checks`, { userId: ada.id, digits: wrongFor(ada) });
  await checkIn(await stack.signIn(ada), id, ada, [ben]);
  const record = await recordOf(ada.id);
  expect(record).toMatchObject({
    userId: ada.id,
    username: ada.username,
    names: [{ displayName: ada.displayName, until: null }],
    classes: [{ until: null }],
    attendances: [{ eventId: id, checkedInBy: ada.id, revokedAt: null }],
  });
  const entries = record.audit.map(({ kind, actorId, userId, ip }) => [kind, actorId, userId, ip !== '']);
  expect(entries).toEqual([
    ['digit-check', ben.id, ada.id, false],
    ['check-in', ada.id, ada.id, true],
    ['check-in', ada.id, ben.id, true],
  ]);
  expect(JSON.stringify(record)).not.toContain(ben.username);
  expect((await acts())[0]).toMatchObject({ kind: 'disclosure', userId: ada.id });
});

test('who is anonymised is signed out, can’t sign in again, and has no name anywhere; figures stay', async () => {
  const { id } = await stack.event('open');
  const [first, ...others] = aClassSection(3);
  const rows = [{ ...(first as RosterRow), displayName: 'Soon Nameless' }, ...others];
  const [ada, ben] = (await stack.enroll(rows)) as [Person, Person, ...Person[]];
  const client = await stack.signIn(ada);
  await checkIn(client, id, ada, [ben]);
  await stack
    .admin()
    .post(`/api/admin/events/${id}/corrections`, { userId: ada.id, kind: 'revoke', reason: 'Ada was ill' });
  await stack
    .admin()
    .post(`/api/admin/events/${id}/corrections`, { userId: ada.id, kind: 'check-in', reason: 'No, Ada was not' });
  expect((await anonymise(ada.id)).status).toBe(204);
  expect(await client.get('/api/session')).toMatchObject({ status: 401 });
  const again = await stack.client(0).post('/api/session', { username: ada.username });
  expect(again).toMatchObject({ status: 401, json: { code: 'UNKNOWN_USERNAME' } });
  for (const path of ['attendance', 'bringers', 'audit', 'absentees']) {
    const text = await (await admin.send(`/api/admin/events/${id}/${path}`)).text();
    expect(text).not.toContain(ada.username);
    expect(text).not.toContain(ada.displayName);
    expect(text).not.toContain('Ada was');
  }
  const record = await recordOf(ada.id);
  expect(record).toMatchObject({
    displayName: 'Anonymised student',
    username: `anonymised-${ada.id}`,
    attendances: [{ eventId: id }],
  });
  expect(record.audit.every(({ ip, userAgent }) => ip === '' && userAgent === '')).toBe(true);
  expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 0 });
  expect((await anonymise(ada.id)).status).toBe(204);
});

test('who was anonymised and is on the next roster is a new person', async () => {
  const row = aStudent({ displayName: 'Comes Again' });
  const [before] = await stack.enroll([row]);
  await anonymise(before?.id ?? 0);
  await admin.import([row]);
  const [after] = await stack.database.query<{ id: number }[]>('SELECT id FROM users WHERE username = ?', [
    row.username,
  ]);
  expect(after?.id).not.toBe(before?.id);
  expect(await recordOf(after?.id ?? 0)).toMatchObject({ displayName: 'Comes Again', attendances: [], audit: [] });
});

test('nobody and nothing by that id', async () => {
  expect((await remove(4_000_000_000)).status).toBe(404);
  expect((await admin.send('/api/admin/students/4000000000')).status).toBe(404);
  expect((await admin.send('/api/admin/students/0')).status).toBe(404);
  expect((await anonymise(4_000_000_000)).status).toBe(404);
  expect((await admin.post('/api/admin/students/1/anonymisation', {})).status).toBe(400);
});
