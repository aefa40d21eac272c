import { z } from 'zod';
import { classmate, session } from '@exco/contracts';
import { writeRoster } from '@exco/persistence';
import { aStudent, eventually } from '@exco/testing';
import { checkIn, checkOut } from './attendance-requests.ts';
import { House } from './house.ts';
import { LiveConnection } from './live-connection.ts';

let house: House;
const open: LiveConnection[] = [];
beforeAll(async () => (house = await House.open({ apis: 2 })));
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
afterAll(() => house.close());

async function connect(...given: Parameters<typeof LiveConnection.open>): Promise<LiveConnection> {
  const connection = await LiveConnection.open(...given);
  open.push(connection);
  return connection;
}

test('at rest: rows = counter = last broadcast, the same figures and the same seq from both', async () => {
  const { id } = await house.event('live');
  const people = await house.aClass(30);
  const visitors = await Promise.all(people.map((person, index) => house.signIn(person, index % 2)));
  const connections = await Promise.all(visitors.slice(0, 6).map((visitor) => connect(visitor, id)));
  await Promise.all(
    people.map((person, index) =>
      checkIn(
        visitors[index] ?? house.visitor(),
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
    const rows = await house.attendances(id);
    const counter = await house.counter(id);
    expect(counter).toEqual(figures);
    expect({ checkedIn: rows.length, checkedOut: rows.filter(({ checkedOutAt }) => checkedOutAt).length }).toEqual(
      figures,
    );
    for (const api of [0, 1])
      expect(await visitors[0]?.at(house.url(api)).get(`/api/events/${id}`)).toMatchObject({
        json: { counts: figures },
      });
  };
  await agree({ checkedIn: 30, checkedOut: 0 });
  await house.endEvent(id);
  await Promise.all(
    people.slice(0, 20).map((person, index) => checkOut(visitors[index] ?? house.visitor(), id, [person])),
  );
  await agree({ checkedIn: 30, checkedOut: 20 });
});

test('a student with a tab on each process watches once, until the last is closed', async () => {
  const { id } = await house.event();
  const [ada, ben] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const [here, there] = [await connect(visitor, id), await connect(visitor.at(house.url(1)), id)];
  const observer = await connect(await house.signIn(ben, 1), id);
  await observer.untilCounts({ watching: 2 });
  await here.close();
  // What must not happen is over when something that came later has been told.
  await checkIn(visitor, id, ada);
  await observer.untilCounts({ checkedIn: 1, watching: 2 });
  await there.close();
  await observer.untilCounts({ watching: 1 });
});

test('brought on one process, told on the other', async () => {
  const { id } = await house.event('live');
  const [ada, ben] = await house.aClass(3);
  const [adas, bens] = [await house.signIn(ada, 0), await house.signIn(ben, 1)];
  const connection = await connect(bens, id);
  await checkIn(adas, id, ada, [ben]);
  await eventually(() =>
    expect(connection.of('attendance')).toMatchObject([{ attendance: { checkedInBy: { id: ada.id } } }]),
  );
  expect(await bens.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
});

test('created, changed and ended on one process, seen on the other', async () => {
  const { id } = await house.event('live');
  const [ada] = await house.aClass(3);
  const visitor = await house.signIn(ada, 1);
  const connection = await connect(visitor, id);
  await house.admin(0).patch(`/api/admin/events/${id}`, { title: 'Another title' });
  await eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject({ title: 'Another title' }));
  expect(await visitor.get(`/api/events/${id}`)).toMatchObject({ json: { title: 'Another title' } });
  await house.endEvent(id);
  await eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject({ state: 'ended' }));
  expect(await checkIn(visitor, id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_CLOSED' } });
});

test('a change of the roster is seen by both, in classes and in whom I may bring', async () => {
  const { id } = await house.event();
  const [ada, ben] = await house.aClass(3);
  const visitors = [await house.signIn(ada, 0), await house.signIn(ada, 1)];
  const bens = [await house.signIn(ben, 0), await house.signIn(ben, 1)];
  const newcomer = aStudent({ className: 'Chess club' });
  const joins = [newcomer, { username: ada.username, displayName: 'Ada with a new name', className: 'Chess club' }];
  // By the database alone, as another process would: nobody tells these two.
  await writeRoster(house.database, joins);
  for (const visitor of visitors)
    await eventually(async () => {
      const { user } = (await visitor.get('/api/session')).as(session);
      expect(user.classes.map(({ name }) => name)).toContain('Chess club');
      expect(user.displayName).toBe('Ada with a new name');
      const list = (await visitor.get(`/api/events/${id}/classmates`)).as(z.array(classmate));
      expect(list.map(({ displayName }) => displayName)).toContain(newcomer.displayName);
    });
  for (const visitor of bens)
    await eventually(async () => {
      const list = (await visitor.get(`/api/events/${id}/classmates`)).as(z.array(classmate));
      expect(list.map(({ displayName }) => displayName)).toContain('Ada with a new name');
      expect(list.map(({ displayName }) => displayName)).not.toContain(newcomer.displayName);
    });
});
