import { checkInCommitted, digitCheckResult } from '@exco/contracts';
import { checkIn, checkInOf, wrongFor } from './attendance-requests.ts';
import { House, type Person } from './house.ts';
import type { Visitor } from './visitor.ts';

let house: House;
let eventId: number;
beforeAll(async () => {
  house = await House.open({ apis: 2 });
  ({ id: eventId } = await house.event());
});
afterAll(() => house.close());

const check = (visitor: Visitor, userId: number, digits: string) =>
  visitor.post(`/api/events/${eventId}/digit-checks`, { userId, digits });

const locked = {
  status: 429,
  json: { code: 'DIGITS_LOCKED' },
  headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) as string },
};

test('match, already checked in, wrong digits; none of them writes', async () => {
  const [ada, ben, cleo] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  await checkIn(await house.signIn(cleo), eventId, cleo);
  const before = (await house.attendances(eventId)).length;
  const outcomes = [
    await check(visitor, ben.id, ben.digits),
    await check(visitor, cleo.id, cleo.digits),
    await check(visitor, ben.id, wrongFor(ben)),
    // Who is there already is told to nobody who does not know their digits.
    await check(visitor, cleo.id, wrongFor(cleo)),
  ].map((answer) => [answer.status, answer.as(digitCheckResult).outcome]);
  expect(outcomes).toEqual([
    [200, 'match'],
    [200, 'already-checked-in'],
    [200, 'wrong-digits'],
    [200, 'wrong-digits'],
  ]);
  expect(await house.attendances(eventId)).toHaveLength(before);
});

test('a stranger, and nobody at all, are answered as wrong digits are: try by try, the lock too', async () => {
  const [ada, ben] = await house.aClass(3);
  const [stranger] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const tries: [number, string][] = [
    [ben.id, wrongFor(ben)],
    [stranger.id, stranger.digits],
    [4_294_967_295, '0000'],
  ];
  const told = await Promise.all(
    tries.map(async ([userId, digits]) => {
      const answers = [];
      for (let attempt = 0; attempt < 6; attempt++) answers.push(await check(visitor, userId, digits));
      return answers.map(({ status, json }) => [status, json]);
    }),
  );
  expect(told[0]?.map(([status]) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});

test('many guesses at the same moment get no further than one after the other', async () => {
  const [ada, ben] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const guesses = Array.from({ length: 60 }, (_, index) => check(visitor, ben.id, String(1_000 + index)));
  const answers = await Promise.all(guesses);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(55);
});

test('a lock holds on every process, against the right digits too, and for this pair alone', async () => {
  const [ada, ben, cleo] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const elsewhere = visitor.at(house.url(1));
  // Half of the tries on each process: they count together.
  for (let attempt = 0; attempt < 5; attempt++) await check(attempt % 2 ? elsewhere : visitor, ben.id, wrongFor(ben));
  for (const one of [visitor, elsewhere]) expect(await check(one, ben.id, ben.digits)).toMatchObject(locked);
  expect((await check(visitor, cleo.id, cleo.digits)).as(digitCheckResult).outcome).toBe('match');
  expect((await check(await house.signIn(cleo), ben.id, ben.digits)).as(digitCheckResult).outcome).toBe('match');
  const answer = await checkIn(elsewhere, eventId, ada, [ben, cleo]);
  expect(answer.status).toBe(200);
  expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual([
    'checked-in',
    'locked',
    'checked-in',
  ]);
  expect((await house.attendances(eventId)).some(({ userId }) => userId === ben.id)).toBe(false);
});

test('a lock outlives every process', async () => {
  const [ada, ben] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  for (let attempt = 0; attempt < 5; attempt++) await check(visitor, ben.id, wrongFor(ben));
  await house.system.apis[0]?.stop();
  await house.system.apis[0]?.start();
  expect(await check(visitor, ben.id, ben.digits)).toMatchObject(locked);
});

test('my own digits lock as well, and nothing is written', async () => {
  const [ada] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const wrong: Person = { ...ada, digits: wrongFor(ada) };
  for (let attempt = 0; attempt < 5; attempt++)
    expect(await checkIn(visitor, eventId, wrong)).toMatchObject({ status: 422, json: { code: 'WRONG_DIGITS' } });
  expect(await checkIn(visitor, eventId, ada)).toMatchObject(locked);
  expect((await house.attendances(eventId)).some(({ userId }) => userId === ada.id)).toBe(false);
});

test('wrong digits of classmates in a check-in count as tries', async () => {
  const [ada, ben] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const request = checkInOf(ada, [{ id: ben.id, digits: wrongFor(ben) }]);
  for (let attempt = 0; attempt < 5; attempt++) await visitor.post(`/api/events/${eventId}/check-ins`, request);
  expect(await check(visitor, ben.id, ben.digits)).toMatchObject(locked);
});
