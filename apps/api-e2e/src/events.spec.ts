import { z } from 'zod';
import { classmate, eventView, streamView, type EventView } from '@exco/contracts';
import { aStudent, eventually } from '@exco/testing';
import { checkIn } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';
import type { ApiClient } from './support/api-client.ts';

let stack: TestStack;
let ada: Person, ben: Person;
let client: ApiClient;
beforeAll(async () => {
  stack = await TestStack.shared();
  [ada, ben] = await stack.aClass(4);
  client = await stack.signIn(ada);
});
afterAll(() => stack.close());

test('an event, before and after my check-in', async () => {
  const { id } = await stack.event('live', { minimumKbps: 700, title: 'Spring' });
  const before = (await client.get(`/api/events/${id}`)).as(eventView);
  expect(before).toMatchObject({ id, title: 'Spring', state: 'live', minimumKbps: 700, attendance: null });
  expect(before.counts).toEqual({ checkedIn: 0, checkedOut: 0, watching: 0 });
  expect(Math.abs(Date.parse(before.serverTime) - Date.now())).toBeLessThan(60_000);
  await checkIn(client, id, ada, [ben]);
  const after = (await client.get(`/api/events/${id}`)).as(eventView);
  expect(after.attendance).toEqual({
    checkedInAt: expect.any(String) as string,
    checkedInBy: { id: ada.id, displayName: ada.displayName },
    checkedOutAt: null,
    checkedOutBy: null,
    committed: true,
    revision: 1,
  });
  await eventually(async () => {
    const { counts } = (await client.get(`/api/events/${id}`)).as(eventView);
    expect(counts).toMatchObject({ checkedIn: 2, checkedOut: 0 });
  });
  const brought = (await (await stack.signIn(ben)).get(`/api/events/${id}`)).as(eventView);
  expect(brought.attendance).toEqual(after.attendance);
});

test('the state follows the clock by itself', async () => {
  // The event has to be there before it opens, on a machine that has other work too.
  const start = Date.now() + 3_000;
  const times = {
    opensAt: new Date(start),
    startsAt: new Date(start + 1_500),
    endsAt: new Date(start + 3_000),
    closesAt: new Date(start + 4_500),
  };
  const { id } = await stack.event('open', times);
  const seen = new Set<EventView['state']>();
  await eventually(async () => {
    seen.add((await client.get(`/api/events/${id}`)).as(eventView).state);
    expect([...seen].at(-1)).toBe('closed');
  });
  expect([...seen]).toEqual(['scheduled', 'open', 'live', 'ended', 'closed']);
});

test.each(['999999', '0', '-1', '1.5', 'x', '99999999999', '1%20OR%201=1'])(
  'an event that is not there: %s',
  async (id) => {
    for (const rest of ['', '/classmates', '/stream', '/check-outs'])
      expect(await client.get(`/api/events/${id}${rest}`)).toMatchObject({
        status: 404,
        json: { code: 'EVENT_NOT_FOUND' },
      });
  },
);

test('classmates: everyone who shares a class with me, once, without me, and who is there', async () => {
  const className = 'Class of the list';
  const [me, one, two] = await stack.enroll([
    aStudent({ className }),
    aStudent({ className }),
    aStudent({ className }),
  ]);
  const both = (person: Person | undefined, other: string) => ({
    username: person?.username ?? '',
    displayName: person?.displayName ?? '',
    className: other,
  });
  const [, , third] = await stack.enroll([both(me, 'Choir'), both(one, 'Choir'), aStudent({ className: 'Choir' })]);
  const { id } = await stack.event();
  const mine = await stack.signIn(me as Person);
  await checkIn(mine, id, me as Person, [two as Person]);
  const answer = await mine.get(`/api/events/${id}/classmates`);
  expect(answer.status).toBe(200);
  const list = answer.as(z.array(classmate.strict()));
  const ids = list.map((entry) => entry.id);
  expect([...ids].sort()).toEqual([one?.id, two?.id, third?.id].sort());
  expect(list.find((entry) => entry.id === two?.id)).toEqual({
    id: two?.id,
    displayName: two?.displayName,
    className,
    checkedIn: true,
  });
  expect(list.find((entry) => entry.id === third?.id)).toEqual({
    id: third?.id,
    displayName: third?.displayName,
    className: 'Choir',
    checkedIn: false,
  });
});

test('classmates of a class of hundreds: all where the page does not search, else the first 300, and whoever is searched for', async () => {
  const className = 'The whole school';
  const rows = Array.from({ length: 320 }, (_, index) =>
    aStudent({ className, displayName: `Pupil ${String(index).padStart(3, '0')}` }),
  );
  const [me] = await stack.enroll([...rows, aStudent({ className, displayName: 'Zoë O’Neill' })]);
  const { id } = await stack.event();
  const client = await stack.signIn(me as Person);
  const names = async (query: string) => {
    const answer = await client.get(`/api/events/${id}/classmates${query}`);
    return answer.as(z.array(classmate.strict())).map(({ displayName }) => displayName);
  };
  expect(await names('')).toHaveLength(320);
  const bounded = await names('?search=');
  expect(bounded).toHaveLength(300);
  expect(bounded).not.toContain('Zoë O’Neill');
  expect(await names('?search=oneill%20zoe')).toEqual(['Zoë O’Neill']);
  expect(await names('?search=nobody')).toEqual([]);
  expect(await client.get(`/api/events/${id}/classmates?search=${'a'.repeat(101)}`)).toMatchObject({ status: 400 });
});

test('in no class: no classmates, and a check-in of oneself', async () => {
  const [alone] = await stack.enroll([aStudent()]);
  const { id } = await stack.event();
  const own = await stack.signIn(alone as Person);
  expect(await own.get(`/api/events/${id}/classmates`)).toMatchObject({ status: 200, json: [] });
  expect(await checkIn(own, id, alone as Person)).toMatchObject({
    status: 200,
    json: { results: [{ outcome: 'checked-in' }] },
  });
});

describe('the stream', () => {
  test('for who is checked in, also by a classmate; for nobody else', async () => {
    const { id } = await stack.event('live', {
      streamUrl: 'https://a.example/live.m3u8',
      fallbackStreamUrl: 'https://b.example/live.m3u8',
    });
    const [me, friend, other] = await stack.aClass(3);
    const [mine, friends, others] = [await stack.signIn(me), await stack.signIn(friend), await stack.signIn(other)];
    const refusal = { status: 403, json: { code: 'CHECK_IN_REQUIRED' } };
    expect(await mine.get(`/api/events/${id}/stream`)).toMatchObject(refusal);
    await checkIn(mine, id, me, [friend]);
    for (const one of [mine, friends]) {
      const answer = await one.get(`/api/events/${id}/stream`);
      expect([answer.status, answer.as(streamView)]).toEqual([
        200,
        { url: 'https://a.example/live.m3u8', fallbackUrl: 'https://b.example/live.m3u8' },
      ]);
    }
    expect(await others.get(`/api/events/${id}/stream`)).toMatchObject(refusal);
  });

  test('a receipt lets in nobody but its owner, at its event alone', async () => {
    const [{ id }, another] = [await stack.event('live'), await stack.event('live')];
    const [me, thief] = await stack.aClass(3);
    const mine = await stack.signIn(me);
    await checkIn(mine, id, me);
    const stolen = mine.cookie(`exco_receipt_${id}`) ?? '';
    expect(stolen).not.toBe('');
    const other = (await stack.signIn(thief)).setCookie(`exco_receipt_${id}`, stolen);
    expect(await other.get(`/api/events/${id}/stream`)).toMatchObject({ status: 403 });
    mine.setCookie(`exco_receipt_${another.id}`, stolen);
    expect(await mine.get(`/api/events/${another.id}/stream`)).toMatchObject({ status: 403 });
  });
});

describe('the connection test', () => {
  test.each([64, 256, 1024])('%i kB', async (kilobytes) => {
    const { status, headers, bytes } = await stack.client().get(`/api/connection-test/${kilobytes}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
      'timing-allow-origin': '*',
      'server-timing': expect.stringMatching(/^wait;dur=\d+\.\d$/) as string,
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(Math.abs((bytes?.length ?? 0) / 1000 - kilobytes)).toBeLessThan(kilobytes * 0.03);
  });

  test.each(['65', '0', 'x', '64.0'])('no such size: %s', async (size) => {
    expect(await stack.client().get(`/api/connection-test/${size}`)).toMatchObject({
      status: 404,
      json: { code: 'NOT_FOUND' },
    });
  });

  test('one student is stopped after several whole tests, a classmate on the same address is not', async () => {
    const [greedy, other] = await stack.aClass(3);
    const mine = await stack.signIn(greedy);
    let answer = await mine.get('/api/connection-test/1024');
    for (let load = 0; load < 20 && answer.status === 200; load++) answer = await mine.get('/api/connection-test/1024');
    expect(answer).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await (await stack.signIn(other)).get('/api/connection-test/64')).toMatchObject({ status: 200 });
  });
});
