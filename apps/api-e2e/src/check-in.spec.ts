import { checkInCommitted, type CheckInCommitted } from '@exco/contracts';
import { aStudent } from '@exco/testing';
import { checkIn, checkInOf, wrongFor } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

type Result = CheckInCommitted['results'][number];
const of = (results: Result[], person: Person | undefined) => results.find(({ userId }) => userId === person?.id);
const named = ({ id, displayName }: Person) => ({ id, displayName });

test('alone: checked in by myself, at the time that the database has', async () => {
  const [ada] = await stack.aClass(3);
  const { id } = await stack.event();
  const before = Date.now();
  const answer = await checkIn(await stack.signIn(ada), id, ada);
  expect(answer.status).toBe(200);
  const [row, ...others] = await stack.attendances(id);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ userId: ada.id, checkedInBy: ada.id, checkedOutAt: null, checkedOutBy: null });
  expect(row?.checkedInAt.getTime()).toBeGreaterThanOrEqual(before);
  expect(row?.checkedInAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(answer.as(checkInCommitted)).toEqual({
    committed: true,
    results: [
      { userId: ada.id, outcome: 'checked-in', checkedInAt: row?.checkedInAt.toISOString(), checkedInBy: named(ada) },
    ],
  });
});

test('with classmates: each has an outcome, in the order of the request, and one bad one fails nobody else', async () => {
  const [ada, ben, cleo, dora] = await stack.aClass(4);
  const [stranger] = await stack.aClass(3);
  const { id } = await stack.event('live');
  await checkIn(await stack.signIn(cleo), id, cleo);
  const classmates = [
    { id: ben.id, digits: ben.digits },
    { id: cleo.id, digits: cleo.digits },
    { id: dora?.id ?? 0, digits: wrongFor(dora as Person) },
    { id: stranger.id, digits: stranger.digits },
    { id: 3_999_999_999, digits: '0417' },
  ];
  const answer = await (await stack.signIn(ada)).post(`/api/events/${id}/check-ins`, checkInOf(ada, classmates));
  expect(answer.status).toBe(200);
  const { results } = answer.as(checkInCommitted);
  expect(results.map(({ userId, outcome }) => [userId, outcome])).toEqual([
    [ada.id, 'checked-in'],
    [ben.id, 'checked-in'],
    [cleo.id, 'already-checked-in'],
    [dora?.id, 'wrong-digits'],
    [stranger.id, 'wrong-digits'],
    [3_999_999_999, 'wrong-digits'],
  ]);
  expect(of(results, cleo)).toMatchObject({ checkedInBy: named(cleo) });
  // Wrong digits, a stranger and nobody at all cannot be told apart.
  for (const result of results.slice(3)) expect(Object.keys(result)).toEqual(['userId', 'outcome']);
  expect((await stack.attendances(id)).map(({ userId, checkedInBy }) => [userId, checkedInBy])).toEqual(
    [
      [ada.id, ada.id],
      [ben.id, ada.id],
      [cleo.id, cleo.id],
    ].sort(([one = 0], [other = 0]) => one - other),
  );
});

test('where the stream is: told to who asks for it, once in', async () => {
  const [ada, ben] = await stack.aClass(3);
  const { id } = await stack.event();
  const client = await stack.signIn(ada);
  const path = `/api/events/${id}/check-ins`;
  const refused = await client.post(`${path}?stream=1`, checkInOf({ ...ada, digits: wrongFor(ada) }));
  expect(refused.status).toBe(422);
  expect(refused.text).not.toContain('stream.example');
  expect((await client.post(path, checkInOf(ada))).as(checkInCommitted)).not.toHaveProperty('stream');
  const stream = { url: 'https://stream.example/live.m3u8', fallbackUrl: null };
  expect((await client.post(`${path}?stream=1`, checkInOf(ada))).as(checkInCommitted)).toMatchObject({ stream });
  expect((await (await stack.signIn(ben)).post(`${path}?stream=1`, checkInOf(ben))).as(checkInCommitted)).toMatchObject(
    { stream },
  );
});

test('two hundred classmates at once', async () => {
  const people = await stack.aClass(201);
  const { id } = await stack.event();
  const [me, ...others] = people;
  const answer = await checkIn(await stack.signIn(me), id, me, others);
  expect(answer.status).toBe(200);
  expect(answer.as(checkInCommitted).results.filter(({ outcome }) => outcome === 'checked-in')).toHaveLength(201);
  expect(await stack.attendances(id)).toHaveLength(201);
  expect(await stack.counter(id)).toEqual({ checkedIn: 201, checkedOut: 0 });
});

test('a student whose classmate has the same digits', async () => {
  const className = 'Twins';
  const [one, two] = (await stack.enroll([
    aStudent({ username: 'twin.a.0093', className }),
    aStudent({ username: 'twin.b.0093', className }),
  ])) as [Person, Person];
  const { id } = await stack.event();
  const { results } = (await checkIn(await stack.signIn(one), id, one, [two])).as(checkInCommitted);
  expect(results.map(({ outcome }) => outcome)).toEqual(['checked-in', 'checked-in']);
});

describe('the first one stands', () => {
  test('the same request twice: the same answer and no second row, also after somebody else tried', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const { id } = await stack.event();
    const client = await stack.signIn(ada);
    const first = await checkIn(client, id, ada, [ben]);
    const second = await checkIn(client, id, ada, [ben]);
    expect([second.status, second.json]).toEqual([200, first.json]);
    const late = (await checkIn(await stack.signIn(cleo), id, cleo, [ben, ada])).as(checkInCommitted).results;
    expect(of(late, ben)).toMatchObject({ outcome: 'already-checked-in', checkedInBy: named(ada) });
    expect(of(late, ada)).toMatchObject({ outcome: 'already-checked-in', checkedInBy: named(ada) });
    expect((await checkIn(client, id, ada, [ben])).json).toEqual(first.json);
    expect(await stack.attendances(id)).toHaveLength(3);
    expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0 });
  });

  test('the same request many times at once', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const { id } = await stack.event();
    const client = await stack.signIn(ada);
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkIn(client, id, ada, [ben, cleo])));
    for (const answer of answers) expect([answer.status, answer.json]).toEqual([200, answers[0]?.json]);
    expect(await stack.attendances(id)).toHaveLength(3);
    expect(await stack.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0 });
  });

  test('100 classmates bring one student at once: one did, and 99 are told who and when', async () => {
    const people = await stack.aClass(101);
    const target = people[100] as Person;
    const { id } = await stack.event();
    const bringing = people.slice(0, 100);
    const clients = await Promise.all(bringing.map((person) => stack.signIn(person)));
    const answers = await Promise.all(
      bringing.map((person, index) => checkIn(clients[index] ?? stack.client(), id, person, [target])),
    );
    const results = answers.map((answer) => of(answer.as(checkInCommitted).results, target));
    const won = results.filter((result) => result?.outcome === 'checked-in');
    const told = results.filter((result) => result?.outcome === 'already-checked-in');
    expect([won.length, told.length]).toEqual([1, 99]);
    for (const result of told) expect(result).toEqual({ ...won[0], outcome: 'already-checked-in' });
    const rows = await stack.attendances(id);
    expect(rows).toHaveLength(101);
    const [row] = rows.filter(({ userId }) => userId === target.id);
    expect(won[0]).toMatchObject({
      checkedInAt: row?.checkedInAt.toISOString(),
      checkedInBy: { id: row?.checkedInBy },
    });
    expect(await stack.counter(id)).toEqual({ checkedIn: 101, checkedOut: 0 });
  });
});

describe('refused, and nothing is written for anyone', () => {
  test.each(['scheduled', 'ended', 'closed'] as const)('in state %s', async (state) => {
    const [ada, ben] = await stack.aClass(3);
    // Digits are checked from `preparesAt` on: a quarter of an hour before the opening unless set.
    const { id } = await stack.event(
      state,
      state === 'scheduled' ? { preparesAt: new Date(Date.now() + 300_000) } : {},
    );
    const client = await stack.signIn(ada);
    const code = state === 'scheduled' ? 'CHECK_IN_NOT_OPEN' : 'CHECK_IN_CLOSED';
    expect(await checkIn(client, id, ada, [ben])).toMatchObject({ status: 409, json: { code }, setCookies: [] });
    expect(await client.post(`/api/events/${id}/digit-checks`, { userId: ben.id, digits: ben.digits })).toMatchObject({
      status: 409,
      json: { code },
    });
    expect(await stack.attendances(id)).toEqual([]);
  });

  test('by the host’s end of the event', async () => {
    const [ada] = await stack.aClass(3);
    const { id } = await stack.event('live');
    await stack.endEvent(id);
    expect(await checkIn(await stack.signIn(ada), id, ada)).toMatchObject({
      status: 409,
      json: { code: 'CHECK_IN_CLOSED' },
    });
  });

  test('my own digits are wrong', async () => {
    const [ada, ben] = await stack.aClass(3);
    const { id } = await stack.event();
    const answer = await checkIn(await stack.signIn(ada), id, { ...ada, digits: wrongFor(ada) }, [ben]);
    expect(answer).toMatchObject({ status: 422, json: { code: 'WRONG_DIGITS' }, setCookies: [] });
    expect(await stack.attendances(id)).toEqual([]);
  });

  test('a connection below the minimum; exactly at it is enough', async () => {
    const [ada] = await stack.aClass(3);
    const { id } = await stack.event('open', { minimumKbps: 500 });
    const client = await stack.signIn(ada);
    const at = (kbps: number) =>
      client.post(`/api/events/${id}/check-ins`, { ...checkInOf(ada), connection: { kbps, bytes: 1 } });
    expect(await at(499.9)).toMatchObject({ status: 422, json: { code: 'CONNECTION_TOO_SLOW' }, setCookies: [] });
    expect(await stack.attendances(id)).toEqual([]);
    expect(await at(500)).toMatchObject({ status: 200 });
  });

  test('no such event', async () => {
    const [ada] = await stack.aClass(3);
    expect(await checkIn(await stack.signIn(ada), 999_999, ada)).toMatchObject({
      status: 404,
      json: { code: 'EVENT_NOT_FOUND' },
    });
  });
});

test('classmates changed and sent again: the answer also names those of the earlier request', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const { id } = await stack.event();
  const client = await stack.signIn(ada);
  const first = await checkIn(client, id, ada, [ben]);
  expect(first.as(checkInCommitted).broughtBefore).toBeUndefined();
  // As if that answer had been lost: ben is replaced by cleo.
  const second = (await checkIn(client, id, ada, [cleo])).as(checkInCommitted);
  expect(second.results.map(({ userId, outcome }) => [userId, outcome])).toEqual([
    [ada.id, 'checked-in'],
    [cleo.id, 'checked-in'],
  ]);
  expect(second.broughtBefore?.map(({ userId, outcome }) => [userId, outcome])).toEqual([[ben.id, 'checked-in']]);
  expect((await checkIn(client, id, ada, [ben, cleo])).as(checkInCommitted).broughtBefore).toBeUndefined();
});
