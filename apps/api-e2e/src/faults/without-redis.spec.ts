import { checkInCommitted, checkOutCommitted } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkOut, wrongFor } from '../support/attendance-requests.ts';
import { BreakableStack } from '../support/own-stacks.ts';
import { LiveConnection } from '../support/live-connection.ts';

let stack: BreakableStack;
beforeAll(async () => (stack = await BreakableStack.start()));
afterAll(() => stack.close());
afterEach(async () => {
  for (const server of [stack.servers.redis, stack.servers.database]) {
    server.resume();
    await server.start();
  }
  await eventually(async () =>
    expect(await stack.client().get('/health/ready')).toMatchObject({ json: { database: 'up', redis: 'up' } }),
  );
});

const busy = {
  status: 503,
  json: { code: 'BUSY' },
  headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) as string },
};

describe.each(['stopped', 'paused'] as const)('Redis is %s', (how) => {
  const takeAway = async () => (how === 'stopped' ? stack.servers.redis.stop() : stack.servers.redis.pause());
  const bringBack = async () => (how === 'stopped' ? stack.servers.redis.start() : stack.servers.redis.resume());

  test('200, straight to the database, check-out too; each once when it is back', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const [client, cleoClient] = [await stack.signIn(ada), await stack.signIn(cleo)];
    await takeAway();
    const answer = await checkIn(client, id, ada, [ben]);
    expect(answer.status).toBe(200);
    expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual(['checked-in', 'checked-in']);
    expect(await stack.attendances(id)).toHaveLength(2);
    expect(await client.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
    expect((await checkIn(client, id, ada, [ben])).json).toEqual(answer.json);
    await bringBack();
    await eventually(async () =>
      expect(await stack.client().get('/health/ready')).toMatchObject({ json: { redis: 'up' } }),
    );
    expect(await checkIn(cleoClient, id, cleo)).toMatchObject({ status: 200 });
    await takeAway();
    await stack.endEvent(id);
    const out = (await checkOut(client, id, [ada, ben, cleo])).as(checkOutCommitted);
    expect(out.results.map(({ outcome }) => outcome)).toEqual(['checked-out', 'checked-out', 'not-yours']);
    await bringBack();
    await eventually(async () =>
      expect(await stack.client().get('/health/ready')).toMatchObject({ json: { redis: 'up' } }),
    );
    expect(await checkOut(cleoClient, id, [cleo])).toMatchObject({ status: 200 });
    expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 3 });
    expect((await stack.attendances(id)).map((row) => row.checkedInBy).sort()).toEqual(
      [ada.id, ada.id, cleo.id].sort(),
    );
  });
});

test('the counts go on without Redis, and are right again with it', async () => {
  const { id } = await stack.event();
  const people = await stack.aClass(4);
  const clients = await Promise.all(people.map((person) => stack.signIn(person)));
  const send = (index: number) => checkIn(clients[index] ?? stack.client(), id, people[index] ?? people[0]);
  const connection = await LiveConnection.open(clients[0] ?? stack.client(), id);
  await send(0);
  await connection.untilCounts({ checkedIn: 1, watching: 1 });
  await stack.servers.redis.stop();
  await send(1);
  await connection.untilCounts({ checkedIn: 2, watching: 1 });
  await stack.servers.redis.start();
  await send(2);
  await connection.untilCounts({ checkedIn: 3, watching: 1 });
  await connection.close();
});

test('what the host moves holds in another process at once, though the news of it does not come', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('scheduled');
  const other = await stack.anotherApi();
  try {
    const client = (await stack.signIn(ada)).at(other.url);
    expect(await checkIn(client, id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_NOT_OPEN' } });
    await stack.servers.redis.stop();
    const opensAt = new Date(Date.now() - 1_000).toISOString();
    expect(await stack.admin().patch(`/api/admin/events/${id}`, { opensAt })).toMatchObject({ status: 200 });
    expect(await checkIn(client, id, ada)).toMatchObject({ status: 200 });
    await stack.endEvent(id);
    expect(await checkOut(client, id, [ada])).toMatchObject({ status: 200 });
  } finally {
    await other.stop();
  }
});

test('guessing is stopped without Redis too', async () => {
  const [ada, ben] = await stack.aClass(3);
  const { id } = await stack.event();
  const client = await stack.signIn(ada);
  await stack.servers.redis.stop();
  const guess = () => client.post(`/api/events/${id}/digit-checks`, { userId: ben.id, digits: wrongFor(ben) });
  for (let attempt = 0; attempt < 5; attempt++) expect(await guess()).toMatchObject({ status: 200 });
  expect(await guess()).toMatchObject({ status: 429, json: { code: 'DIGITS_LOCKED' } });
});

test('neither Redis nor the database: 503 with Retry-After, nothing accepted, and it recovers by itself', async () => {
  const [ada, ben] = await stack.aClass(3);
  const [{ id }, ended] = [await stack.event('live'), await stack.event('live')];
  const client = await stack.signIn(ada);
  await checkIn(client, ended.id, ada);
  await stack.endEvent(ended.id);
  await stack.servers.redis.stop();
  await stack.servers.database.stop();
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await checkIn(client, id, ada, [ben]);
    expect(answer).toMatchObject({ ...busy, setCookies: [] });
  }
  expect(await checkOut(client, ended.id, [ada])).toMatchObject(busy);
  expect(await stack.client().get('/health/ready')).toMatchObject(busy);
  expect(await stack.client().get('/health/live')).toMatchObject({ status: 200 });
  await stack.servers.database.start();
  await stack.servers.redis.start();
  expect(await stack.attendances(id)).toEqual([]);
  await eventually(async () => expect(await checkIn(client, id, ada, [ben])).toMatchObject({ status: 200 }));
  expect(await stack.attendances(id)).toHaveLength(2);
  await eventually(async () => expect(await checkOut(client, ended.id, [ada])).toMatchObject({ status: 200 }));
});
