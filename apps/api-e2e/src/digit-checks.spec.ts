import { checkInCommitted, digitCheckResult } from '@exco/contracts';
import { checkIn, checkInOf, wrongFor } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';
import type { ApiClient } from './support/api-client.ts';

let stack: TestStack;
let eventId: number;
beforeAll(async () => {
  stack = await TestStack.shared();
  ({ id: eventId } = await stack.event());
});
afterAll(() => stack.close());

const check = (client: ApiClient, userId: number, digits: string) =>
  client.post(`/api/events/${eventId}/digit-checks`, { userId, digits });

const locked = {
  status: 429,
  json: { code: 'DIGITS_LOCKED' },
  headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) as string },
};

test('match, already checked in, wrong digits; none of them writes', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  await checkIn(await stack.signIn(cleo), eventId, cleo);
  const before = (await stack.attendances(eventId)).length;
  const outcomes = [
    await check(client, ben.id, ben.digits),
    await check(client, cleo.id, cleo.digits),
    await check(client, ben.id, wrongFor(ben)),
    // Who is there already is told to nobody who does not know their digits.
    await check(client, cleo.id, wrongFor(cleo)),
  ].map((answer) => [answer.status, answer.as(digitCheckResult).outcome]);
  expect(outcomes).toEqual([
    [200, 'match'],
    [200, 'already-checked-in'],
    [200, 'wrong-digits'],
    [200, 'wrong-digits'],
  ]);
  expect(await stack.attendances(eventId)).toHaveLength(before);
});

test('a stranger, and nobody at all, are answered as wrong digits are: try by try, the lock too', async () => {
  const [ada, ben] = await stack.aClass(3);
  const [stranger] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const tries: [number, string][] = [
    [ben.id, wrongFor(ben)],
    [stranger.id, stranger.digits],
    [4_294_967_295, '0000'],
  ];
  const told = await Promise.all(
    tries.map(async ([userId, digits]) => {
      const answers = [];
      for (let attempt = 0; attempt < 6; attempt++) answers.push(await check(client, userId, digits));
      return answers.map(({ status, json }) => [status, json]);
    }),
  );
  expect(told[0]?.map(([status]) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});

test('many guesses at the same moment get no further than one after the other', async () => {
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const guesses = Array.from({ length: 60 }, (_, index) => check(client, ben.id, String(1_000 + index)));
  const answers = await Promise.all(guesses);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(55);
});

test('a lock holds on every process, against the right digits too, and for this pair alone', async () => {
  const [ada, ben, cleo] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const elsewhere = client.at(stack.url(1));
  // Half of the tries on each process: they count together.
  for (let attempt = 0; attempt < 5; attempt++) await check(attempt % 2 ? elsewhere : client, ben.id, wrongFor(ben));
  for (const one of [client, elsewhere]) expect(await check(one, ben.id, ben.digits)).toMatchObject(locked);
  expect((await check(client, cleo.id, cleo.digits)).as(digitCheckResult).outcome).toBe('match');
  expect((await check(await stack.signIn(cleo), ben.id, ben.digits)).as(digitCheckResult).outcome).toBe('match');
  const answer = await checkIn(elsewhere, eventId, ada, [ben, cleo]);
  expect(answer.status).toBe(200);
  expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual([
    'checked-in',
    'locked',
    'checked-in',
  ]);
  expect((await stack.attendances(eventId)).some(({ userId }) => userId === ben.id)).toBe(false);
});

test('a lock outlives the process that counted the tries', async () => {
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const api = await stack.anotherApi();
  try {
    const there = client.at(api.url);
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await check(there, ben.id, wrongFor(ben))).toMatchObject({ status: 200 });
  } finally {
    await api.stop();
  }
  expect(await check(client, ben.id, ben.digits)).toMatchObject(locked);
});

test('my own digits lock as well, and nothing is written', async () => {
  const [ada] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const wrong: Person = { ...ada, digits: wrongFor(ada) };
  for (let attempt = 0; attempt < 5; attempt++)
    expect(await checkIn(client, eventId, wrong)).toMatchObject({ status: 422, json: { code: 'WRONG_DIGITS' } });
  expect(await checkIn(client, eventId, ada)).toMatchObject(locked);
  expect((await stack.attendances(eventId)).some(({ userId }) => userId === ada.id)).toBe(false);
});

test('wrong digits of classmates in a check-in count as tries', async () => {
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const request = checkInOf(ada, [{ id: ben.id, digits: wrongFor(ben) }]);
  for (let attempt = 0; attempt < 5; attempt++) await client.post(`/api/events/${eventId}/check-ins`, request);
  expect(await check(client, ben.id, ben.digits)).toMatchObject(locked);
});
