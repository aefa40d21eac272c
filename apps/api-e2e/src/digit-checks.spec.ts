import { checkInCommitted, digitCheckResult, digitCheckResults } from '@exco/contracts';
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

describe('before the opening', () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

  test('from preparesAt on digits can be checked, and count as tries; nobody can check in', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const { id } = await stack.event('scheduled', { preparesAt: inMinutes(-1) });
    const early = (userId: number, digits: string) => client.post(`/api/events/${id}/digit-checks`, { userId, digits });
    expect((await early(ben.id, ben.digits)).as(digitCheckResult).outcome).toBe('match');
    for (let attempt = 0; attempt < 5; attempt++) await early(cleo.id, wrongFor(cleo));
    expect(await early(cleo.id, cleo.digits)).toMatchObject(locked);
    expect(await checkIn(client, id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_NOT_OPEN' } });
    expect(await stack.attendances(id)).toEqual([]);
  });

  test('not before preparesAt, which is a quarter of an hour before the opening unless set', async () => {
    const [ada, ben] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    for (const [minutes, status] of [
      [16, 409],
      [14, 200],
    ] as const) {
      const { id } = await stack.event('scheduled', { opensAt: inMinutes(minutes) });
      const answer = await client.post(`/api/events/${id}/digit-checks`, { userId: ben.id, digits: ben.digits });
      expect([minutes, answer.status]).toEqual([minutes, status]);
    }
  });

  test('not for an event that was ended before it opened', async () => {
    const [ada, ben] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const { id } = await stack.event('scheduled', { preparesAt: inMinutes(-1) });
    await stack.endEvent(id);
    const answer = await client.post(`/api/events/${id}/digit-checks`, { userId: ben.id, digits: ben.digits });
    expect(answer).toMatchObject({ status: 409, json: { code: 'CHECK_IN_CLOSED' } });
    expect(await checkIn(client, id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_CLOSED' } });
  });
});

describe('several classmates in one request', () => {
  const checkAll = (client: ApiClient, checks: object[]) =>
    client.post(`/api/events/${eventId}/digit-checks`, { checks });

  test('each has its own outcome, a lock too, and its own entry in the audit', async () => {
    const [ada, ben, cleo, dora = ada] = await stack.aClass(4);
    const client = await stack.signIn(ada);
    await checkIn(await stack.signIn(cleo), eventId, cleo);
    for (let attempt = 0; attempt < 5; attempt++) await check(client, dora.id, wrongFor(dora));
    const answer = await checkAll(client, [
      { userId: ben.id, digits: ben.digits },
      { userId: cleo.id, digits: cleo.digits },
      { userId: dora.id, digits: dora.digits },
      { userId: 4_294_967_295, digits: '0000' },
    ]);
    expect([answer.status, answer.as(digitCheckResults).results]).toEqual([
      200,
      [
        { userId: ben.id, outcome: 'match' },
        { userId: cleo.id, outcome: 'already-checked-in' },
        { userId: dora.id, outcome: 'locked', retryAfterSeconds: expect.any(Number) as number },
        { userId: 4_294_967_295, outcome: 'wrong-digits' },
      ],
    ]);
    const audit = await stack.admin().get(`/api/admin/events/${eventId}/audit?userId=${ben.id}&kind=digit-check`);
    expect(audit.json).toMatchObject([{ outcome: 'match', actor: { id: ada.id } }]);
  });

  test('wrong ones count as tries each, and one classmate can be named once', async () => {
    const [ada, ben, cleo] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const wrong = [ben, cleo].map((one) => ({ userId: one.id, digits: wrongFor(one) }));
    for (let attempt = 0; attempt < 5; attempt++) await checkAll(client, wrong);
    for (const one of [ben, cleo]) expect(await check(client, one.id, one.digits)).toMatchObject(locked);
    for (const checks of [
      [],
      [wrong[0], wrong[0]],
      Array.from({ length: 201 }, (_, id) => ({ userId: id + 1, digits: '0000' })),
    ])
      expect(await checkAll(client, checks as object[])).toMatchObject({ status: 400, json: { code: 'BAD_REQUEST' } });
  });
});
