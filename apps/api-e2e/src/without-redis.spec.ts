import { checkInCommitted, checkOutCommitted } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkOut, wrongFor } from './attendance-requests.ts';
import { House } from './house.ts';
import { LiveConnection } from './live-connection.ts';

let house: House;
beforeAll(async () => (house = await House.open()));
afterAll(() => house.close());
afterEach(async () => {
  for (const server of [house.stack.redis, house.stack.database]) {
    server.resume();
    await server.start();
  }
  await eventually(async () =>
    expect(await house.visitor().get('/health/ready')).toMatchObject({ json: { database: 'up', redis: 'up' } }),
  );
});

const busy = {
  status: 503,
  json: { code: 'BUSY' },
  headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) as string },
};

describe.each(['stopped', 'paused'] as const)('Redis is %s', (how) => {
  const takeAway = async () => (how === 'stopped' ? house.stack.redis.stop() : house.stack.redis.pause());
  const bringBack = async () => (how === 'stopped' ? house.stack.redis.start() : house.stack.redis.resume());

  test('200, straight to the database, check-out too; each once when it is back', async () => {
    const [ada, ben, cleo] = await house.aClass(3);
    const { id } = await house.event('live');
    const [visitor, cleos] = [await house.signIn(ada), await house.signIn(cleo)];
    await takeAway();
    const answer = await checkIn(visitor, id, ada, [ben]);
    expect(answer.status).toBe(200);
    expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual(['checked-in', 'checked-in']);
    expect(await house.attendances(id)).toHaveLength(2);
    expect(await visitor.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
    expect((await checkIn(visitor, id, ada, [ben])).json).toEqual(answer.json);
    await bringBack();
    await eventually(async () =>
      expect(await house.visitor().get('/health/ready')).toMatchObject({ json: { redis: 'up' } }),
    );
    expect(await checkIn(cleos, id, cleo)).toMatchObject({ status: 200 });
    await takeAway();
    await house.endEvent(id);
    const out = (await checkOut(visitor, id, [ada, ben, cleo])).as(checkOutCommitted);
    expect(out.results.map(({ outcome }) => outcome)).toEqual(['checked-out', 'checked-out', 'not-yours']);
    await bringBack();
    await eventually(async () =>
      expect(await house.visitor().get('/health/ready')).toMatchObject({ json: { redis: 'up' } }),
    );
    expect(await checkOut(cleos, id, [cleo])).toMatchObject({ status: 200 });
    expect(await house.counter(id)).toEqual({ checkedIn: 3, checkedOut: 3 });
    expect((await house.attendances(id)).map((row) => row.checkedInBy).sort()).toEqual(
      [ada.id, ada.id, cleo.id].sort(),
    );
  });
});

test('the counts go on without Redis, and are right again with it', async () => {
  const { id } = await house.event();
  const people = await house.aClass(4);
  const visitors = await Promise.all(people.map((person) => house.signIn(person)));
  const send = (index: number) => checkIn(visitors[index] ?? house.visitor(), id, people[index] ?? people[0]);
  const connection = await LiveConnection.open(visitors[0] ?? house.visitor(), id);
  await send(0);
  await connection.untilCounts({ checkedIn: 1, watching: 1 });
  await house.stack.redis.stop();
  await send(1);
  await connection.untilCounts({ checkedIn: 2, watching: 1 });
  await house.stack.redis.start();
  await send(2);
  await connection.untilCounts({ checkedIn: 3, watching: 1 });
  await connection.close();
});

test('guessing is stopped without Redis too', async () => {
  const [ada, ben] = await house.aClass(3);
  const { id } = await house.event();
  const visitor = await house.signIn(ada);
  await house.stack.redis.stop();
  const guess = () => visitor.post(`/api/events/${id}/digit-checks`, { userId: ben.id, digits: wrongFor(ben) });
  for (let attempt = 0; attempt < 5; attempt++) expect(await guess()).toMatchObject({ status: 200 });
  expect(await guess()).toMatchObject({ status: 429, json: { code: 'DIGITS_LOCKED' } });
});

test('neither Redis nor the database: 503 with Retry-After, nothing accepted, and it recovers by itself', async () => {
  const [ada, ben] = await house.aClass(3);
  const [{ id }, ended] = [await house.event('live'), await house.event('live')];
  const visitor = await house.signIn(ada);
  await checkIn(visitor, ended.id, ada);
  await house.endEvent(ended.id);
  await house.stack.redis.stop();
  await house.stack.database.stop();
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await checkIn(visitor, id, ada, [ben]);
    expect(answer).toMatchObject({ ...busy, setCookies: [] });
  }
  expect(await checkOut(visitor, ended.id, [ada])).toMatchObject(busy);
  expect(await house.visitor().get('/health/ready')).toMatchObject(busy);
  expect(await house.visitor().get('/health/live')).toMatchObject({ status: 200 });
  await house.stack.database.start();
  await house.stack.redis.start();
  expect(await house.attendances(id)).toEqual([]);
  await eventually(async () => expect(await checkIn(visitor, id, ada, [ben])).toMatchObject({ status: 200 }));
  expect(await house.attendances(id)).toHaveLength(2);
  await eventually(async () => expect(await checkOut(visitor, ended.id, [ada])).toMatchObject({ status: 200 }));
});
