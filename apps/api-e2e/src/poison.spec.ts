import { checkInCommitted } from '@exco/contracts';
import { checkIn } from './attendance-requests.ts';
import { House, type Person } from './house.ts';

let house: House;
beforeAll(async () => (house = await House.open()));
afterAll(() => house.close());

/** Gone from the database behind the back of the API: the foreign key refuses the row. */
const vanish = (...people: Person[]) =>
  house.database.query('DELETE FROM users WHERE id IN (?)', [people.map(({ id }) => id)]);

test('a row that the database refuses fails alone: the others of its request, and of its batch', async () => {
  const { id } = await house.event();
  const [ada, ben, cleo, ...others] = await house.aClass(20);
  const visitor = await house.signIn(ada);
  const visitors = await Promise.all(others.map((person) => house.signIn(person)));
  await vanish(ben);
  const [answer, ...rest] = await Promise.all([
    checkIn(visitor, id, ada, [ben, cleo]),
    ...others.map((person, index) => checkIn(visitors[index] ?? house.visitor(), id, person)),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual([
    'checked-in',
    'wrong-digits',
    'checked-in',
  ]);
  for (const one of rest) expect(one).toMatchObject({ status: 200, json: { results: [{ outcome: 'checked-in' }] } });
  expect(await house.attendances(id)).toHaveLength(19);
  expect(await house.counter(id)).toEqual({ checkedIn: 19, checkedOut: 0 });
});

test('several of them, and the queue goes on afterwards', async () => {
  const { id } = await house.event();
  const people = await house.aClass(30);
  const [ada, ben, cleo] = people;
  const visitor = await house.signIn(ada);
  const gone = people.slice(10, 17);
  await vanish(...gone);
  const { results } = (await checkIn(visitor, id, ada, people.slice(1))).as(checkInCommitted);
  expect(results.filter(({ outcome }) => outcome === 'wrong-digits').map(({ userId }) => userId)).toEqual(
    gone.map((person) => person.id),
  );
  expect(results.filter(({ outcome }) => outcome === 'checked-in')).toHaveLength(23);
  expect(await checkIn(await house.signIn(ben), id, ben, [cleo])).toMatchObject({ status: 200 });
  expect(await house.counter(id)).toEqual({ checkedIn: 23, checkedOut: 0 });
});

test('I myself have just left: I am signed out, and my classmates are there all the same', async () => {
  const { id } = await house.event();
  const [ada, ben] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  await vanish(ada);
  expect(await checkIn(visitor, id, ada, [ben])).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
  expect((await house.attendances(id)).map(({ userId }) => userId)).toEqual([ben.id]);
});
