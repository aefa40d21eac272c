import { z } from 'zod';
import { checkOutCommitted, companion, eventView } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkOut } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

/** Ada brought Ben; Cleo came by herself; then the host ended it. */
async function anEndedEvent() {
  const [ada, ben, cleo] = await stack.aClass(4);
  const { id } = await stack.event('live');
  const [adaClient, benClient, cleoClient] = [
    await stack.signIn(ada),
    await stack.signIn(ben),
    await stack.signIn(cleo),
  ];
  await checkIn(adaClient, id, ada, [ben]);
  await checkIn(cleoClient, id, cleo);
  await stack.endEvent(id);
  return { id, ada, ben, cleo, adaClient, benClient, cleoClient };
}

test('the list: me first, then everyone I checked in', async () => {
  const { id, ada, ben, cleo, adaClient, benClient, cleoClient } = await anEndedEvent();
  const at = new Map((await stack.attendances(id)).map((row) => [row.userId, row.checkedInAt.toISOString()]));
  const entry = ({ id: userId, displayName }: Person) => ({
    userId,
    displayName,
    checkedInAt: at.get(userId),
    checkedOutAt: null,
  });
  const list = async (client: typeof adaClient) =>
    (await client.get(`/api/events/${id}/check-outs`)).as(z.array(companion.strict()));
  expect(await list(adaClient)).toEqual([entry(ada), entry(ben)]);
  // Brought by a classmate: still first in one's own list.
  expect(await list(benClient)).toEqual([entry(ben)]);
  expect(await list(cleoClient)).toEqual([entry(cleo)]);
  await checkOut(adaClient, id, [ben]);
  const [, second] = await list(adaClient);
  expect(second?.checkedOutAt).toEqual(expect.any(String));
});

test('nobody on it who is not there', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('ended');
  expect(await (await stack.signIn(ada)).get(`/api/events/${id}/check-outs`)).toMatchObject({ status: 200, json: [] });
});

test('me and mine; not a classmate whom somebody else brought, a stranger, or nobody at all', async () => {
  const { id, ada, ben, cleo, adaClient } = await anEndedEvent();
  const [stranger] = await stack.aClass(3);
  const nobody = { ...stranger, id: 4_000_000_000 };
  const answer = await checkOut(adaClient, id, [ben, cleo, stranger, ada, nobody]);
  expect(answer.status).toBe(200);
  const { results } = answer.as(checkOutCommitted);
  expect(results.map(({ userId, outcome }) => [userId, outcome])).toEqual([
    [ben.id, 'checked-out'],
    [cleo.id, 'not-yours'],
    [stranger.id, 'not-yours'],
    [ada.id, 'checked-out'],
    [nobody.id, 'not-yours'],
  ]);
  const rows = await stack.attendances(id);
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    const outcome = results.find(({ userId }) => userId === row.userId);
    if (row.userId === cleo.id) expect([row.checkedOutAt, row.checkedOutBy]).toEqual([null, null]);
    else {
      expect(outcome).toMatchObject({ checkedOutAt: row.checkedOutAt?.toISOString() });
      expect(row.checkedOutBy).toBe(ada.id);
    }
  }
  expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 2 });
  await eventually(async () => {
    const { counts } = (await adaClient.get(`/api/events/${id}`)).as(eventView);
    expect(counts).toMatchObject({ checkedIn: 3, checkedOut: 2 });
  });
});

test('a thousand in one request: each has their outcome, in its order', async () => {
  const { id, ada, ben, adaClient } = await anEndedEvent();
  const userIds = Array.from({ length: 998 }, (_, index) => 3_000_000 + index);
  userIds.splice(500, 0, ben.id);
  userIds.push(ada.id);
  const answer = await adaClient.post(`/api/events/${id}/check-outs`, { userIds });
  expect(answer.status).toBe(200);
  const { results } = answer.as(checkOutCommitted);
  expect(results.map(({ userId }) => userId)).toEqual(userIds);
  const isMine = ({ userId }: { userId: number }) => [ada.id, ben.id].includes(userId);
  expect(results.filter(isMine).map(({ outcome }) => outcome)).toEqual(['checked-out', 'checked-out']);
  expect(new Set(results.filter((one) => !isMine(one)).map(({ outcome }) => outcome))).toEqual(new Set(['not-yours']));
  expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 2 });
});

test('checked in by a classmate, I check myself out; the first timestamp stands', async () => {
  const { id, ada, ben, adaClient, benClient } = await anEndedEvent();
  const first = await checkOut(benClient, id, [ben]);
  expect(first.as(checkOutCommitted).results).toMatchObject([{ outcome: 'checked-out' }]);
  const [told] = first.as(checkOutCommitted).results;
  const late = (await checkOut(adaClient, id, [ben, ada])).as(checkOutCommitted).results;
  expect(late[0]).toEqual({ ...told, outcome: 'already-checked-out' });
  expect(late[1]).toMatchObject({ outcome: 'checked-out' });
  const again = await checkOut(benClient, id, [ben]);
  expect([again.status, again.json]).toEqual([200, first.json]);
  expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 2 });
  const view = (await benClient.get(`/api/events/${id}`)).as(eventView);
  expect(view.attendance).toMatchObject({
    checkedInBy: { id: ada.id },
    checkedOutBy: { id: ben.id, displayName: ben.displayName },
  });
});

test('many check-outs of one at once: one counts', async () => {
  const { id, ada, ben, adaClient, benClient } = await anEndedEvent();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => checkOut(index % 2 ? adaClient : benClient, id, [ben])),
  );
  const results = answers.flatMap((answer) => answer.as(checkOutCommitted).results);
  const times = new Set(results.map((result) => 'checkedOutAt' in result && result.checkedOutAt));
  expect(times.size).toBe(1);
  const [row] = (await stack.attendances(id)).filter(({ userId }) => userId === ben.id);
  // One of the two did it; to that one every request says so, to the other none.
  results.forEach((result, index) =>
    expect(result.outcome).toBe(
      (index % 2 ? ada : ben).id === row?.checkedOutBy ? 'checked-out' : 'already-checked-out',
    ),
  );
  expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 1 });
});

describe('refused, and nothing is written', () => {
  test.each([
    ['scheduled', 'CHECK_OUT_NOT_OPEN'],
    ['open', 'CHECK_OUT_NOT_OPEN'],
    ['live', 'CHECK_OUT_NOT_OPEN'],
    ['closed', 'CHECK_OUT_CLOSED'],
  ] as const)('in state %s', async (state, code) => {
    const [ada] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const client = await stack.signIn(ada);
    await checkIn(client, id, ada);
    const from = { scheduled: 60_000, open: -60_000, live: -60_000, closed: -240_000 }[state];
    const [opensAt, startsAt, endsAt, closesAt] = [0, state === 'open' ? 120_000 : 1_000, 180_000, 190_000].map(
      (later) => new Date(Date.now() + from + later).toISOString(),
    );
    const changed = await stack.admin().patch(`/api/admin/events/${id}`, { opensAt, startsAt, endsAt, closesAt });
    expect(changed).toMatchObject({ status: 200, json: { state } });
    expect(await checkOut(client, id, [ada])).toMatchObject({ status: 409, json: { code } });
    expect(await stack.counter(id)).toEqual({ checkedIn: 1, checkedOut: 0 });
    expect(await stack.attendances(id)).toMatchObject([{ checkedOutAt: null }]);
  });

  test('no such event', async () => {
    const [ada] = await stack.aClass(3);
    expect(await checkOut(await stack.signIn(ada), 999_999, [ada])).toMatchObject({
      status: 404,
      json: { code: 'EVENT_NOT_FOUND' },
    });
  });
});
