import { z } from 'zod';
import { checkInCommitted, checkInQueued, checkOutQueued, companion, eventView } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkInOf, checkOut, wrongFor } from '../support/attendance-requests.ts';
import { activeJobTokens } from '../support/active-jobs.ts';
import { BreakableStack } from '../support/own-stacks.ts';
import { LiveConnection } from '../support/live-connection.ts';
import { ApiClient } from '../support/api-client.ts';

let stack: BreakableStack;
beforeAll(async () => (stack = await BreakableStack.start({ apis: 2 })));
afterAll(() => stack.close());
afterEach(async () => {
  stack.servers.database.resume();
  await stack.servers.database.start();
  await stack.system.workers[0]?.start();
  // On time again: the next test begins as the first did.
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event();
  for (const api of [0, 1])
    await eventually(async () =>
      expect(await checkIn(await stack.signIn(ada, api), id, ada)).toMatchObject({ status: 200 }),
    );
});

const queued = (...ids: number[]) => ({
  committed: false,
  results: ids.map((userId) => ({ userId, outcome: 'queued' })),
});

describe('the worker is stopped', () => {
  test('202, the stream is granted, after a reload and on another process too, and the row comes', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const client = await stack.signIn(ada);
    await stack.system.workers[0]?.stop();
    const before = Date.now();
    const request = checkInOf(ada, [ben, { ...cleo, digits: wrongFor(cleo) }]);
    const answer = await client.post(`/api/events/${id}/check-ins?stream=1`, request);
    const answered = Date.now();
    expect(answer.status).toBe(202);
    const { results, stream } = answer.as(checkInQueued);
    expect(stream).toMatchObject({ url: 'https://stream.example/live.m3u8' });
    expect(results.map(({ userId, outcome }) => [userId, outcome])).toEqual([
      [ada.id, 'queued'],
      [ben.id, 'queued'],
      [cleo.id, 'wrong-digits'],
    ]);
    expect(answer.setCookies).toEqual([expect.stringMatching(new RegExp(`^exco_receipt_${id}=.*HttpOnly`))]);
    expect(await stack.attendances(id)).toEqual([]);

    const reloaded = new ApiClient(stack.url(0));
    for (const name of ['exco_session', `exco_receipt_${id}`]) reloaded.setCookie(name, client.cookie(name) ?? '');
    for (const one of [client, reloaded, reloaded.at(stack.url(1))]) {
      expect(await one.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
      const { attendance } = (await one.get(`/api/events/${id}`)).as(eventView);
      expect(attendance).toMatchObject({ checkedInBy: { id: ada.id }, checkedOutAt: null, committed: false });
      expect(Date.parse(attendance?.checkedInAt ?? '')).toBeGreaterThanOrEqual(before);
      const connection = await LiveConnection.open(one, `${id}&view=1`);
      await eventually(() => expect(connection.of('view')[0]?.event.attendance).toEqual(attendance));
      await connection.close();
    }

    await stack.system.workers[0]?.start();
    const rows = await eventually(async () => {
      const found = await stack.attendances(id);
      expect(found).toHaveLength(2);
      return found;
    });
    // The time of the request, not of the commit.
    for (const row of rows) expect(row.checkedInAt.getTime()).toBeLessThanOrEqual(answered);
    const view = (await reloaded.get(`/api/events/${id}`)).as(eventView);
    expect(view.attendance).toMatchObject({ committed: true, checkedInAt: rows[0]?.checkedInAt.toISOString() });
    const again = await eventually(async () => (await checkIn(client, id, ada, [ben])).as(checkInCommitted));
    for (const [index, row] of rows.entries())
      expect(again.results[index]).toMatchObject({ outcome: 'checked-in', checkedInAt: row.checkedInAt.toISOString() });
    expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 0 });
  });

  test('once commits are known to be late nobody waits for them; once they are on time again everybody does', async () => {
    const people = await stack.aClass(12);
    const { id } = await stack.event();
    const clients = await Promise.all(people.map((person) => stack.signIn(person)));
    const send = (index: number) => checkIn(clients[index] ?? stack.client(), id, people[index] ?? people[0]);
    await stack.system.workers[0]?.stop();
    const begun = performance.now();
    expect(await send(0)).toMatchObject({ status: 202 });
    const first = performance.now() - begun;
    const then = performance.now();
    for (let index = 1; index <= 5; index++) expect(await send(index)).toMatchObject({ status: 202 });
    // Five that waited out the deadline as the first did would take five times as long.
    expect(performance.now() - then).toBeLessThan(first);
    await stack.system.workers[0]?.start();
    await eventually(async () => expect(await send(6)).toMatchObject({ status: 200 }));
    expect(await stack.attendances(id)).toHaveLength(7);
  });

  test('checked out while the check-in is still queued: ends up checked out, and so do those I brought', async () => {
    const [ada, ben] = await stack.aClass(3);
    const [stranger] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const client = await stack.signIn(ada);
    await stack.system.workers[0]?.stop();
    expect(await checkIn(client, id, ada, [ben])).toMatchObject({ status: 202 });
    await stack.endEvent(id);
    const list = (await client.get(`/api/events/${id}/check-outs`)).as(z.array(companion));
    expect(list).toMatchObject([{ userId: ada.id, checkedOutAt: null }]);
    const answer = await checkOut(client, id, [ada, ben, stranger]);
    expect(answer.status).toBe(202);
    expect(answer.as(checkOutQueued).results.slice(0, 2)).toEqual(queued(ada.id, ben.id).results);
    await stack.system.workers[0]?.start();
    await eventually(async () => {
      const rows = await stack.attendances(id);
      expect(rows.map((row) => [row.userId, row.checkedOutBy])).toEqual([
        [ada.id, ada.id],
        [ben.id, ada.id],
      ]);
    });
    expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 2 });
  });
});

describe.each(['stopped', 'paused'] as const)('the database is %s', (how) => {
  const takeAway = async () => (how === 'stopped' ? stack.servers.database.stop() : stack.servers.database.pause());
  const bringBack = async () => (how === 'stopped' ? stack.servers.database.start() : stack.servers.database.resume());

  test('202, and the student goes on: the event, the classmates, the stream', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const [client, benClient] = [await stack.signIn(ada), await stack.signIn(ben)];
    await takeAway();
    const answer = await checkIn(client, id, ada, [cleo]);
    expect([answer.status, answer.json]).toEqual([202, queued(ada.id, cleo.id)]);
    expect(await client.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
    expect((await client.get(`/api/events/${id}`)).as(eventView).attendance).toMatchObject({ committed: false });
    expect(await client.get(`/api/events/${id}/classmates`)).toMatchObject({ status: 200, json: [{}, {}] });
    // Nobody knows whether ben is checked in: that is not “no”.
    for (const path of [`/api/events/${id}/stream`, `/api/events/${id}`])
      expect(await benClient.get(path)).toMatchObject({ status: 503, json: { code: 'BUSY' } });
    const digits = { userId: cleo.id, digits: cleo.digits };
    expect(await benClient.post(`/api/events/${id}/digit-checks`, digits)).toMatchObject({
      status: 200,
      json: { outcome: 'match' },
    });
    expect(await stack.client().get('/health/ready')).toMatchObject({
      status: 200,
      json: { database: 'down', redis: 'up' },
    });
    await bringBack();
    await eventually(async () => expect(await stack.attendances(id)).toHaveLength(2));
    await eventually(async () => expect(await checkIn(benClient, id, ben)).toMatchObject({ status: 200 }));
    expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0 });
  });
});

test('brought by a classmate and seen once: checked in, and in the stream, while the database is away; revoked: out', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const [client, benClient, cleoClient] = await Promise.all([ada, ben, cleo].map((one) => stack.signIn(one)));
  if (!client || !benClient || !cleoClient) throw new Error('nobody is signed in');
  expect(await checkIn(client, id, ada, [ben, cleo])).toMatchObject({ status: 200 });
  const before = (await benClient.get(`/api/events/${id}`)).as(eventView);
  expect(benClient.cookie(`exco_receipt_${id}`)).toBeDefined();
  expect((await benClient.get(`/api/events/${id}`)).setCookies).toEqual([]);
  expect(await cleoClient.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
  const correction = { userId: cleo.id, kind: 'revoke', reason: 'Seen elsewhere' };
  expect(await stack.admin().post(`/api/admin/events/${id}/corrections`, correction)).toMatchObject({ status: 201 });
  stack.servers.database.pause();
  const { attendance } = (await benClient.at(stack.url(1)).get(`/api/events/${id}`)).as(eventView);
  expect(attendance).toMatchObject({
    checkedInAt: before.attendance?.checkedInAt,
    checkedInBy: before.attendance?.checkedInBy,
    committed: false,
  });
  expect(await benClient.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
  expect(await cleoClient.get(`/api/events/${id}/stream`)).toMatchObject({ status: 403 });
});

test('a live connection learns how the event stands, also when it is not known whether its student is checked in', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const client = await stack.signIn(ada);
  stack.servers.database.pause();
  const connection = await LiveConnection.open(client, `${id}&view=1`);
  await eventually(() => expect(connection.of('event')).toMatchObject([{ event: { id, state: 'live' } }]));
  expect(connection.of('view')).toEqual([]);
  await connection.close();
});

test('checked out while the database is away: queued, told so again, and checked out once at the first time', async () => {
  const [ada, ben] = await stack.aClass(3);
  const { id } = await stack.event('live');
  const client = await stack.signIn(ada);
  expect(await checkIn(client, id, ada, [ben])).toMatchObject({ status: 200 });
  await stack.endEvent(id);
  await stack.servers.database.stop();
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await checkOut(client, id, [ada, ben]);
    expect([answer.status, answer.as(checkOutQueued)]).toEqual([202, queued(ada.id, ben.id)]);
  }
  const answered = Date.now();
  await stack.servers.database.start();
  const rows = await eventually(async () => {
    const found = await stack.attendances(id);
    expect(found.filter(({ checkedOutBy }) => checkedOutBy === ada.id)).toHaveLength(2);
    return found;
  });
  for (const row of rows) expect(row.checkedOutAt?.getTime()).toBeLessThanOrEqual(answered);
  expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 2 });
});

test('a worker that is told to stop while it waits for the database gives its batch back', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event();
  const client = await stack.signIn(ada);
  await stack.servers.database.stop();
  expect(await checkIn(client, id, ada)).toMatchObject({ status: 202 });
  expect(await activeJobTokens(stack.servers.redisUrl)).toHaveLength(1);
  await stack.system.workers[0]?.stop();
  // Given back, not just left behind: the next worker need not wait until the lock has run out.
  expect(await activeJobTokens(stack.servers.redisUrl)).toEqual([]);
  await stack.servers.database.start();
  expect(await stack.attendances(id)).toEqual([]);
  await stack.system.workers[0]?.start();
  await eventually(async () => expect(await stack.attendances(id)).toHaveLength(1));
});
