import { auditEntry, bringer, eventView, type AuditEntry, type Bringer } from '@exco/contracts';
import { z } from 'zod';
import { checkIn } from '../support/attendance-requests.ts';
import { eventually } from '@exco/testing';
import { TestStack, type Person } from '../support/test-stack.ts';
import type { ApiClient } from '../support/api-client.ts';
import { AdminClient } from '../support/admin-client.ts';

let stack: TestStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await TestStack.shared();
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

const reason = 'Seen in the hall by two teachers';

async function correct(
  eventId: number,
  userId: number,
  kind: string,
  more: object = {},
): Promise<{ status: number; json: unknown }> {
  const answer = await admin.post(`/api/admin/events/${eventId}/corrections`, { userId, kind, reason, ...more });
  return { status: answer.status, json: await answer.json() };
}

async function audit(eventId: number, query = ''): Promise<AuditEntry[]> {
  const answer = await admin.send(`/api/admin/events/${eventId}/audit${query}`);
  return z.array(auditEntry).parse(await answer.json());
}

const seen = async (client: ApiClient, eventId: number) => (await client.get(`/api/events/${eventId}`)).as(eventView);
const counts = async (eventId: number) => {
  const { checkedIn, checkedOut } = await stack.counter(eventId);
  return [checkedIn, checkedOut];
};
const bring = (...people: Person[]) => people.map(({ id, digits }) => ({ userId: id, digits }));

async function checkInWith(client: ApiClient, eventId: number, me: Person, classmates: Person[]) {
  return client.post(`/api/events/${eventId}/check-ins`, {
    digits: me.digits,
    classmates: bring(...classmates),
    connection: { kbps: 4200, bytes: 196_608 },
  });
}

test('revoked: out of the stream, the counts and the lists, whatever cookie there is; and not in again by themselves', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const [adaClient, benClient] = [await stack.signIn(ada), await stack.signIn(ben)];
  await checkIn(adaClient, id, ada);
  expect((await adaClient.get(`/api/events/${id}/stream`)).status).toBe(200);
  expect(await correct(id, ada.id, 'revoke')).toMatchObject({ status: 201, json: { changed: true, attendance: null } });
  expect(await counts(id)).toEqual([0, 0]);
  expect((await seen(adaClient, id)).attendance).toBeNull();
  expect(await adaClient.get(`/api/events/${id}/stream`)).toMatchObject({
    status: 403,
    json: { code: 'CHECK_IN_REQUIRED' },
  });
  await eventually(async () => expect((await seen(adaClient, id)).counts.checkedIn).toBe(0), 3);
  expect(await checkInWith(adaClient, id, ada, [cleo])).toMatchObject({
    status: 403,
    json: { code: 'CHECK_IN_REVOKED' },
  });
  const brought = await checkInWith(benClient, id, ben, [ada]);
  expect(brought).toMatchObject({
    status: 200,
    json: { results: [{ outcome: 'checked-in' }, { userId: ada.id, outcome: 'refused' }] },
  });
  expect(await counts(id)).toEqual([1, 0]);
  await stack.endEvent(id);
  expect(await adaClient.post(`/api/events/${id}/check-outs`, { userIds: [ada.id] })).toMatchObject({
    json: { results: [{ outcome: 'not-yours' }] },
  });
  expect(await adaClient.get(`/api/events/${id}/check-outs`)).toMatchObject({ status: 200, json: [] });
  expect(await counts(id)).toEqual([1, 0]);
});

test('a check-in by hand lifts it, and the first time stands', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const adaClient = await stack.signIn(ada);
  await checkIn(adaClient, id, ada);
  const { attendance: first } = await seen(adaClient, id);
  await correct(id, ada.id, 'revoke');
  expect(await correct(id, ada.id, 'check-in')).toMatchObject({
    status: 201,
    json: { changed: true, attendance: { checkedInAt: first?.checkedInAt } },
  });
  expect((await seen(adaClient, id)).attendance?.checkedInAt).toBe(first?.checkedInAt);
  expect(await counts(id)).toEqual([1, 0]);
  // Her process is told of it beside the answer to the admin.
  await eventually(async () => expect((await checkInWith(adaClient, id, ada, [])).status).toBe(200), 3);
});

test('every change by hand has a higher revision than what it changed, so that a page believes it', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const client = await stack.signIn(ada);
  const revisions = [(await seen(client, id)).attendanceRevision];
  await checkIn(client, id, ada);
  revisions.push((await seen(client, id)).attendanceRevision);
  for (const kind of ['revoke', 'check-in', 'revoke', 'check-in', 'check-out'] as const) {
    await correct(id, ada.id, kind);
    revisions.push((await seen(client, id)).attendanceRevision);
  }
  expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
});

test('checked in and out by hand, also after the event; a repeat changes nothing', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('closed');
  const at = new Date(Date.now() - 120 * 60_000).toISOString();
  expect(await correct(id, ada.id, 'check-in', { at })).toMatchObject({
    status: 201,
    json: { changed: true, attendance: { checkedInAt: at } },
  });
  expect(await correct(id, ada.id, 'check-in')).toMatchObject({ status: 201, json: { changed: false } });
  expect(await correct(id, ada.id, 'check-out')).toMatchObject({ status: 201, json: { changed: true } });
  expect(await correct(id, ada.id, 'check-out')).toMatchObject({ json: { changed: false } });
  expect(await counts(id)).toEqual([1, 1]);
  expect((await audit(id)).map(({ outcome }) => outcome)).toEqual(['check-out', 'check-in']);
});

test('nobody is checked out before they were checked in', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('closed');
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  await correct(id, ada.id, 'check-in', { at: at(100) });
  expect(await correct(id, ada.id, 'check-out', { at: at(101) })).toMatchObject({
    status: 400,
    json: { code: 'BAD_REQUEST', details: [{ path: 'at' }] },
  });
  expect(await counts(id)).toEqual([1, 0]);
  expect((await audit(id)).map(({ outcome }) => outcome)).not.toContain('check-out');
  expect(await correct(id, ada.id, 'check-out', { at: at(99) })).toMatchObject({ status: 201 });
});

test('thirty corrections at once are one, of each kind', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  for (const [kind, counted] of [
    ['check-in', [1, 0]],
    ['check-out', [1, 1]],
    ['revoke', [0, 0]],
    ['check-in', [1, 1]],
  ] as const) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => correct(id, ada.id, kind)));
    const changed = answers.filter(({ json }) => (json as { changed?: boolean }).changed === true);
    expect([kind, changed.length, await counts(id)]).toEqual([kind, 1, counted]);
  }
});

test('refused: nobody there, an event that is not, no reason, the future, no token', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  expect(await correct(id, ada.id, 'revoke')).toMatchObject({ status: 409, json: { code: 'NOT_CHECKED_IN' } });
  expect(await correct(id, ada.id, 'check-out')).toMatchObject({ status: 409, json: { code: 'NOT_CHECKED_IN' } });
  expect(await correct(id, 4_000_000_000, 'check-in')).toMatchObject({ status: 404, json: { code: 'USER_NOT_FOUND' } });
  expect(await correct(999_999, ada.id, 'check-in')).toMatchObject({ status: 404, json: { code: 'EVENT_NOT_FOUND' } });
  expect(await correct(id, ada.id, 'check-in', { reason: ' ' })).toMatchObject({ status: 400 });
  expect(await correct(id, ada.id, 'forgive')).toMatchObject({ status: 400 });
  expect(await correct(id, ada.id, 'check-in', { at: '2099-01-01T00:00:00Z' })).toMatchObject({
    status: 400,
    json: { details: [{ path: 'at' }] },
  });
  expect((await new AdminClient(stack.url(0), 'guessed').send(`/api/admin/events/${id}/audit`)).status).toBe(401);
  expect(await stack.attendances(id)).toEqual([]);
});

test('the audit: who, whom, what, when, from where, refused tries too; filtered and in pages', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const adaClient = await stack.signIn(ada);
  await checkInWith(adaClient, id, { ...ada, digits: '0000' === ada.digits ? '0001' : '0000' }, []);
  await adaClient.post(`/api/events/${id}/digit-checks`, {
    userId: cleo.id,
    digits: cleo.digits === '0000' ? '0001' : '0000',
  });
  await checkInWith(adaClient, id, ada, [ben]);
  await correct(id, ben.id, 'revoke');
  const all = await audit(id);
  expect(all.map(({ kind, outcome, actor, user }) => [kind, outcome, actor?.username ?? null, user.username])).toEqual([
    ['correction', 'revoke', null, ben.username],
    ['check-in', 'checked-in', ada.username, ben.username],
    ['check-in', 'checked-in', ada.username, ada.username],
    ['digit-check', 'wrong-digits', ada.username, cleo.username],
    ['check-in', 'WRONG_DIGITS', ada.username, ada.username],
  ]);
  const [revoked, brought] = all;
  expect(revoked).toMatchObject({ reason, ip: '127.0.0.1', before: { checkedInBy: ada.id, checkedOutAt: null } });
  expect(Math.abs(Date.now() - Date.parse(brought?.at ?? ''))).toBeLessThan(60_000);
  expect(await audit(id, `?userId=${ben.id}`)).toHaveLength(2);
  expect(await audit(id, `?userId=${ada.id}`)).toHaveLength(4);
  expect(await audit(id, '?kind=correction')).toHaveLength(1);
  expect(await audit(id, '?outcome=wrong-digits')).toHaveLength(1);
  const [first, second] = await audit(id, '?limit=2');
  expect(await audit(id, `?limit=3&before=${second?.id ?? 0}`)).toEqual(all.slice(2));
  expect(first?.id).toBe(revoked?.id);
  const csv = await (await admin.send(`/api/admin/events/${id}/audit.csv`)).text();
  expect(csv.split('\r\n')).toHaveLength(7);
  // What was typed is nobody's business, not even the audit's.
  expect(csv).not.toContain('digits":');
});

test('“one student brought thirty others” is one line', async () => {
  const [ada, ...others] = await stack.aClass(31);
  const [ben, cleo] = await stack.aClass(3);
  const { id } = await stack.event('live');
  await checkInWith(await stack.signIn(ada), id, ada, others);
  await checkInWith(await stack.signIn(ben), id, ben, [cleo]);
  const answer = await admin.send(`/api/admin/events/${id}/bringers?atLeast=30`);
  const bringers: Bringer[] = z.array(bringer).parse(await answer.json());
  expect(bringers).toMatchObject([{ userId: ada.id, username: ada.username, brought: 30 }]);
});

test('what a process has recorded is there after it has stopped', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const api = await stack.anotherApi();
  try {
    const client = stack.client().at(api.url);
    await client.post('/api/session', { username: ada.username });
    expect(await checkIn(client, id, ada)).toMatchObject({ status: 200 });
  } finally {
    await api.stop();
  }
  await eventually(async () =>
    expect(await audit(id)).toMatchObject([{ outcome: 'checked-in', user: { id: ada.id } }]),
  );
});
