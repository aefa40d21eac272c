import { z } from 'zod';
import { checkInCommitted, checkInQueued, checkOutQueued, companion, eventView } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkInOf, checkOut, wrongFor } from './attendance-requests.ts';
import { batchesAtWork } from './batches-at-work.ts';
import { House } from './house.ts';
import { LiveConnection } from './live-connection.ts';
import { Visitor } from './visitor.ts';

let house: House;
beforeAll(async () => (house = await House.open({ apis: 2 })));
afterAll(() => house.close());
afterEach(async () => {
  house.stack.database.resume();
  await house.stack.database.start();
  await house.system.workers[0]?.start();
  // On time again: the next test begins as the first did.
  const [ada] = await house.aClass(3);
  const { id } = await house.event();
  for (const api of [0, 1])
    await eventually(async () =>
      expect(await checkIn(await house.signIn(ada, api), id, ada)).toMatchObject({ status: 200 }),
    );
});

const queued = (...ids: number[]) => ({
  committed: false,
  results: ids.map((userId) => ({ userId, outcome: 'queued' })),
});

describe('the worker is stopped', () => {
  test('202, the stream is granted, after a reload and on another process too, and the row comes', async () => {
    const [ada, ben, cleo] = await house.aClass(3);
    const { id } = await house.event('live');
    const visitor = await house.signIn(ada);
    await house.system.workers[0]?.stop();
    const before = Date.now();
    const request = checkInOf(ada, [ben, { ...cleo, digits: wrongFor(cleo) }]);
    const answer = await visitor.post(`/api/events/${id}/check-ins?stream=1`, request);
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
    expect(await house.attendances(id)).toEqual([]);

    const reloaded = new Visitor(house.url(0));
    for (const name of ['exco_session', `exco_receipt_${id}`]) reloaded.setCookie(name, visitor.cookie(name) ?? '');
    for (const one of [visitor, reloaded, reloaded.at(house.url(1))]) {
      expect(await one.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
      const { attendance } = (await one.get(`/api/events/${id}`)).as(eventView);
      expect(attendance).toMatchObject({ checkedInBy: { id: ada.id }, checkedOutAt: null, committed: false });
      expect(Date.parse(attendance?.checkedInAt ?? '')).toBeGreaterThanOrEqual(before);
      const connection = await LiveConnection.open(one, `${id}&view=1`);
      await eventually(() => expect(connection.of('view')[0]?.event.attendance).toEqual(attendance));
      await connection.close();
    }

    await house.system.workers[0]?.start();
    const rows = await eventually(async () => {
      const found = await house.attendances(id);
      expect(found).toHaveLength(2);
      return found;
    });
    // The time of the request, not of the commit.
    for (const row of rows) expect(row.checkedInAt.getTime()).toBeLessThanOrEqual(answered);
    const view = (await reloaded.get(`/api/events/${id}`)).as(eventView);
    expect(view.attendance).toMatchObject({ committed: true, checkedInAt: rows[0]?.checkedInAt.toISOString() });
    const again = await eventually(async () => (await checkIn(visitor, id, ada, [ben])).as(checkInCommitted));
    for (const [index, row] of rows.entries())
      expect(again.results[index]).toMatchObject({ outcome: 'checked-in', checkedInAt: row.checkedInAt.toISOString() });
    expect(await house.counter(id)).toEqual({ checkedIn: 2, checkedOut: 0 });
  });

  test('once commits are known to be late nobody waits for them; once they are on time again everybody does', async () => {
    const people = await house.aClass(12);
    const { id } = await house.event();
    const visitors = await Promise.all(people.map((person) => house.signIn(person)));
    const send = (index: number) => checkIn(visitors[index] ?? house.visitor(), id, people[index] ?? people[0]);
    await house.system.workers[0]?.stop();
    const begun = performance.now();
    expect(await send(0)).toMatchObject({ status: 202 });
    const first = performance.now() - begun;
    const then = performance.now();
    for (let index = 1; index <= 5; index++) expect(await send(index)).toMatchObject({ status: 202 });
    // Five that waited out the deadline as the first did would take five times as long.
    expect(performance.now() - then).toBeLessThan(first);
    await house.system.workers[0]?.start();
    await eventually(async () => expect(await send(6)).toMatchObject({ status: 200 }));
    expect(await house.attendances(id)).toHaveLength(7);
  });

  test('checked out while the check-in is still queued: ends up checked out, and so do those I brought', async () => {
    const [ada, ben] = await house.aClass(3);
    const [stranger] = await house.aClass(3);
    const { id } = await house.event('live');
    const visitor = await house.signIn(ada);
    await house.system.workers[0]?.stop();
    expect(await checkIn(visitor, id, ada, [ben])).toMatchObject({ status: 202 });
    await house.endEvent(id);
    const list = (await visitor.get(`/api/events/${id}/check-outs`)).as(z.array(companion));
    expect(list).toMatchObject([{ userId: ada.id, checkedOutAt: null }]);
    const answer = await checkOut(visitor, id, [ada, ben, stranger]);
    expect(answer.status).toBe(202);
    expect(answer.as(checkOutQueued).results.slice(0, 2)).toEqual(queued(ada.id, ben.id).results);
    await house.system.workers[0]?.start();
    await eventually(async () => {
      const rows = await house.attendances(id);
      expect(rows.map((row) => [row.userId, row.checkedOutBy])).toEqual([
        [ada.id, ada.id],
        [ben.id, ada.id],
      ]);
    });
    expect(await house.counter(id)).toEqual({ checkedIn: 2, checkedOut: 2 });
  });
});

describe.each(['stopped', 'paused'] as const)('the database is %s', (how) => {
  const takeAway = async () => (how === 'stopped' ? house.stack.database.stop() : house.stack.database.pause());
  const bringBack = async () => (how === 'stopped' ? house.stack.database.start() : house.stack.database.resume());

  test('202, and the student goes on: the event, the classmates, the stream', async () => {
    const [ada, ben, cleo] = await house.aClass(3);
    const { id } = await house.event('live');
    const [visitor, bens] = [await house.signIn(ada), await house.signIn(ben)];
    await takeAway();
    const answer = await checkIn(visitor, id, ada, [cleo]);
    expect([answer.status, answer.json]).toEqual([202, queued(ada.id, cleo.id)]);
    expect(await visitor.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
    expect((await visitor.get(`/api/events/${id}`)).as(eventView).attendance).toMatchObject({ committed: false });
    expect(await visitor.get(`/api/events/${id}/classmates`)).toMatchObject({ status: 200, json: [{}, {}] });
    expect(await bens.get(`/api/events/${id}/stream`)).toMatchObject({ status: 403 });
    const digits = { userId: cleo.id, digits: cleo.digits };
    expect(await bens.post(`/api/events/${id}/digit-checks`, digits)).toMatchObject({
      status: 200,
      json: { outcome: 'match' },
    });
    expect(await house.visitor().get('/health/ready')).toMatchObject({
      status: 200,
      json: { database: 'down', redis: 'up' },
    });
    await bringBack();
    await eventually(async () => expect(await house.attendances(id)).toHaveLength(2));
    await eventually(async () => expect(await checkIn(bens, id, ben)).toMatchObject({ status: 200 }));
    expect(await house.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0 });
  });
});

test('checked out while the database is away: queued, told so again, and checked out once at the first time', async () => {
  const [ada, ben] = await house.aClass(3);
  const { id } = await house.event('live');
  const visitor = await house.signIn(ada);
  expect(await checkIn(visitor, id, ada, [ben])).toMatchObject({ status: 200 });
  await house.endEvent(id);
  await house.stack.database.stop();
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await checkOut(visitor, id, [ada, ben]);
    expect([answer.status, answer.as(checkOutQueued)]).toEqual([202, queued(ada.id, ben.id)]);
  }
  const answered = Date.now();
  await house.stack.database.start();
  const rows = await eventually(async () => {
    const found = await house.attendances(id);
    expect(found.filter(({ checkedOutBy }) => checkedOutBy === ada.id)).toHaveLength(2);
    return found;
  });
  for (const row of rows) expect(row.checkedOutAt?.getTime()).toBeLessThanOrEqual(answered);
  expect(await house.counter(id)).toEqual({ checkedIn: 2, checkedOut: 2 });
});

test('a worker that is told to stop while it waits for the database gives its batch back', async () => {
  const [ada] = await house.aClass(3);
  const { id } = await house.event();
  const visitor = await house.signIn(ada);
  await house.stack.database.stop();
  expect(await checkIn(visitor, id, ada)).toMatchObject({ status: 202 });
  expect(await batchesAtWork(house.stack.redisUrl)).toHaveLength(1);
  await house.system.workers[0]?.stop();
  // Given back, not just left behind: the next worker need not wait until the lock has run out.
  expect(await batchesAtWork(house.stack.redisUrl)).toEqual([]);
  await house.stack.database.start();
  expect(await house.attendances(id)).toEqual([]);
  await house.system.workers[0]?.start();
  await eventually(async () => expect(await house.attendances(id)).toHaveLength(1));
});
