import { checkInCommitted } from '@exco/contracts';
import { checkIn } from '../support/attendance-requests.ts';
import { TestStack, type Person } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

/** Deletes students from the database, which no process notices: the foreign key then refuses their rows. */
const vanish = (...people: Person[]) =>
  stack.database.query('DELETE FROM users WHERE id IN (?)', [people.map(({ id }) => id)]);

test('a row that the database refuses fails alone: the others of its request, and of its batch', async () => {
  const { id } = await stack.event();
  const [ada, ben, cleo, ...others] = await stack.aClass(20);
  const client = await stack.signIn(ada);
  const clients = await Promise.all(others.map((person) => stack.signIn(person)));
  await vanish(ben);
  const [answer, ...rest] = await Promise.all([
    checkIn(client, id, ada, [ben, cleo]),
    ...others.map((person, index) => checkIn(clients[index] ?? stack.client(), id, person)),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.as(checkInCommitted).results.map(({ outcome }) => outcome)).toEqual([
    'checked-in',
    'wrong-digits',
    'checked-in',
  ]);
  for (const one of rest) expect(one).toMatchObject({ status: 200, json: { results: [{ outcome: 'checked-in' }] } });
  expect(await stack.attendances(id)).toHaveLength(19);
  expect(await stack.counter(id)).toEqual({ checkedIn: 19, checkedOut: 0 });
});

test('several of them, and the queue goes on afterwards', async () => {
  const { id } = await stack.event();
  const people = await stack.aClass(30);
  const [ada, ben, cleo] = people;
  const client = await stack.signIn(ada);
  const gone = people.slice(10, 17);
  await vanish(...gone);
  const { results } = (await checkIn(client, id, ada, people.slice(1))).as(checkInCommitted);
  expect(results.filter(({ outcome }) => outcome === 'wrong-digits').map(({ userId }) => userId)).toEqual(
    gone.map((person) => person.id),
  );
  expect(results.filter(({ outcome }) => outcome === 'checked-in')).toHaveLength(23);
  expect(await checkIn(await stack.signIn(ben), id, ben, [cleo])).toMatchObject({ status: 200 });
  expect(await stack.counter(id)).toEqual({ checkedIn: 23, checkedOut: 0 });
});

test('a student who has just left the roster is signed out, and nobody of the request is written', async () => {
  const { id } = await stack.event();
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  await vanish(ada);
  expect(await checkIn(client, id, ada, [ben])).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
  expect(await stack.attendances(id)).toEqual([]);
  expect(await stack.counter(id)).toEqual({ checkedIn: 0, checkedOut: 0 });
});

test('an event that is gone from the database is not found, and signs nobody out', async () => {
  const { id } = await stack.event();
  const people = await stack.aClass(6);
  const clients = await Promise.all(people.map((person) => stack.signIn(person)));
  await stack.database.query('DELETE FROM live_event_counters WHERE live_event_id = ?', [id]);
  await stack.database.query('DELETE FROM live_events WHERE id = ?', [id]);
  const answers = await Promise.all(
    people.map((person, index) => checkIn(clients[index] ?? stack.client(), id, person, people.slice(0, index))),
  );
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 404, json: { code: 'EVENT_NOT_FOUND' }, setCookies: [] });
  for (const client of clients) expect(await client.get('/api/session')).toMatchObject({ status: 200 });
});
