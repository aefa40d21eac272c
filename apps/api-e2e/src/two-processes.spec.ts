import { z } from 'zod';
import { classmate, session } from '@exco/contracts';
import { writeRoster } from '@exco/persistence';
import { aStudent, eventually } from '@exco/testing';
import { checkIn, checkOut } from './support/attendance-requests.ts';
import { TestStack } from './support/test-stack.ts';
import { LiveConnection } from './support/live-connection.ts';

let stack: TestStack;
const open: LiveConnection[] = [];
beforeAll(async () => (stack = await TestStack.shared()));
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
afterAll(() => stack.close());

async function connect(...given: Parameters<typeof LiveConnection.open>): Promise<LiveConnection> {
  const connection = await LiveConnection.open(...given);
  open.push(connection);
  return connection;
}

test('at rest: rows = counter = last broadcast, the same figures and the same seq from both', async () => {
  const { id } = await stack.event('live');
  const people = await stack.aClass(30);
  const clients = await Promise.all(people.map((person, index) => stack.signIn(person, index % 2)));
  const connections = await Promise.all(clients.slice(0, 6).map((client) => connect(client, id)));
  await Promise.all(
    people.map((person, index) =>
      checkIn(
        clients[index] ?? stack.client(),
        id,
        person,
        people.slice(index, index + 3).filter((one) => one !== person),
      ),
    ),
  );
  const agree = async (figures: { checkedIn: number; checkedOut: number }) => {
    await Promise.all(connections.map((connection) => connection.untilCounts({ ...figures, watching: 6 })));
    const last = connections.map((connection) => connection.lastCounts);
    for (const counts of last) expect(counts).toEqual(last[0]);
    const rows = await stack.attendances(id);
    const counter = await stack.counter(id);
    expect(counter).toEqual(figures);
    expect({ checkedIn: rows.length, checkedOut: rows.filter(({ checkedOutAt }) => checkedOutAt).length }).toEqual(
      figures,
    );
    for (const api of [0, 1])
      expect(await clients[0]?.at(stack.url(api)).get(`/api/events/${id}`)).toMatchObject({
        json: { counts: figures },
      });
  };
  await agree({ checkedIn: 30, checkedOut: 0 });
  await stack.endEvent(id);
  await Promise.all(
    people.slice(0, 20).map((person, index) => checkOut(clients[index] ?? stack.client(), id, [person])),
  );
  await agree({ checkedIn: 30, checkedOut: 20 });
});

test('a student with a tab on each process watches once, until the last is closed', async () => {
  const { id } = await stack.event();
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const [here, there] = [await connect(client, id), await connect(client.at(stack.url(1)), id)];
  const observer = await connect(await stack.signIn(ben, 1), id);
  await observer.untilCounts({ watching: 2 });
  await here.close();
  // What must not happen is over when something that came later has been told.
  await checkIn(client, id, ada);
  await observer.untilCounts({ checkedIn: 1, watching: 2 });
  await there.close();
  await observer.untilCounts({ watching: 1 });
});

test('brought on one process, told on the other', async () => {
  const { id } = await stack.event('live');
  const [ada, ben] = await stack.aClass(3);
  const [adaClient, benClient] = [await stack.signIn(ada, 0), await stack.signIn(ben, 1)];
  const connection = await connect(benClient, id);
  await checkIn(adaClient, id, ada, [ben]);
  await eventually(() =>
    expect(connection.of('attendance')).toMatchObject([{ attendance: { checkedInBy: { id: ada.id } } }]),
  );
  expect(await benClient.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
});

test('created, changed and ended on one process, seen on the other', async () => {
  const { id } = await stack.event('live');
  const [ada] = await stack.aClass(3);
  const client = await stack.signIn(ada, 1);
  const connection = await connect(client, id);
  await stack.admin(0).patch(`/api/admin/events/${id}`, { title: 'Another title' });
  await eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject({ title: 'Another title' }));
  expect(await client.get(`/api/events/${id}`)).toMatchObject({ json: { title: 'Another title' } });
  await stack.endEvent(id);
  await eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject({ state: 'ended' }));
  expect(await checkIn(client, id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_CLOSED' } });
});

test('a change of the roster is seen by both, in classes and in whom I may bring', async () => {
  const { id } = await stack.event();
  const [ada, ben] = await stack.aClass(3);
  const clients = [await stack.signIn(ada, 0), await stack.signIn(ada, 1)];
  const benClient = [await stack.signIn(ben, 0), await stack.signIn(ben, 1)];
  const newcomer = aStudent({ className: 'Chess club' });
  const joins = [newcomer, { username: ada.username, displayName: 'Ada with a new name', className: 'Chess club' }];
  // By the database alone, as another process would: nobody tells these two.
  await writeRoster(stack.database, joins);
  for (const client of clients)
    await eventually(async () => {
      const { user } = (await client.get('/api/session')).as(session);
      expect(user.classes.map(({ name }) => name)).toContain('Chess club');
      expect(user.displayName).toBe('Ada with a new name');
      const list = (await client.get(`/api/events/${id}/classmates`)).as(z.array(classmate));
      expect(list.map(({ displayName }) => displayName)).toContain(newcomer.displayName);
    });
  for (const client of benClient)
    await eventually(async () => {
      const list = (await client.get(`/api/events/${id}/classmates`)).as(z.array(classmate));
      expect(list.map(({ displayName }) => displayName)).toContain('Ada with a new name');
      expect(list.map(({ displayName }) => displayName)).not.toContain(newcomer.displayName);
    });
});
