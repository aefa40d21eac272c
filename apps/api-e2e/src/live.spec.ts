import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@exco/testing';
import { checkIn, checkOut } from './attendance-requests.ts';
import { House } from './house.ts';
import { LiveConnection, RefusedUpgrade, type Message } from './live-connection.ts';

let house: House;
const open: LiveConnection[] = [];
beforeAll(async () => (house = await House.open()));
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
afterAll(() => house.close());

async function connect(...given: Parameters<typeof LiveConnection.open>): Promise<LiveConnection> {
  const connection = await LiveConnection.open(...given);
  open.push(connection);
  return connection;
}

describe('the upgrade', () => {
  const refused = (status: number) => expect.objectContaining({ name: RefusedUpgrade.name, status }) as Error;

  test('without a session, or with one that proves nothing: 401', async () => {
    const { id } = await house.event();
    await expect(connect(house.visitor(), id)).rejects.toEqual(refused(401));
    await expect(connect(house.visitor().setCookie('exco_session', '1.9999999999.x'), id)).rejects.toEqual(
      refused(401),
    );
  });

  test('from a foreign Origin: 403; from this one it is taken', async () => {
    const { id } = await house.event();
    const [ada] = await house.aClass(3);
    const visitor = await house.signIn(ada);
    for (const origin of ['https://foreign.example', 'null', `${visitor.url}.foreign.example`, 'http://127.0.0.1'])
      await expect(connect(visitor, id, { origin })).rejects.toEqual(refused(403));
    await connect(visitor, id, { origin: visitor.url });
  });

  test.each(['999999', '', 'x', '-1'])('an event that is not there (%j): 404', async (eventId) => {
    const [ada] = await house.aClass(3);
    await expect(connect(await house.signIn(ada), eventId)).rejects.toEqual(refused(404));
  });

  test('whoever talks too much is cut off', async () => {
    const { id } = await house.event();
    const [ada] = await house.aClass(3);
    const connection = await connect(await house.signIn(ada), id);
    const closed = connection.closeCode;
    connection.say('x'.repeat(2_000));
    expect(await closed).toBe(1009);
  });
});

describe('counts', () => {
  test('at once on connecting, before anything changes', async () => {
    const { id } = await house.event();
    const [ada, ben] = await house.aClass(3);
    await checkIn(await house.signIn(ada), id, ada, [ben]);
    const connection = await connect(await house.signIn(ada), id);
    const [first] = await eventually(() => {
      expect(connection.messages).not.toEqual([]);
      return connection.messages;
    });
    expect(first).toMatchObject({ type: 'counts', eventId: id });
    await connection.untilCounts({ checkedIn: 2, checkedOut: 0, watching: 1 });
    // A second tab changes nothing that would be told to all.
    const tab = await connect(await house.signIn(ada), id);
    const told = await tab.untilCounts({ checkedIn: 2, checkedOut: 0, watching: 1 });
    expect(told).toEqual(connection.lastCounts);
  });

  test('through a burst: few messages, seq rising with every change, and the last state', async () => {
    const { id } = await house.event('live');
    const people = await house.aClass(40);
    const visitors = await Promise.all(people.map((person) => house.signIn(person)));
    const connection = await connect(visitors[0] ?? house.visitor(), id);
    await connection.untilCounts({ watching: 1 });
    const before = connection.of('counts').length;
    const begun = Date.now();
    for (const [index, person] of people.entries()) {
      await checkIn(visitors[index] ?? house.visitor(), id, person);
      await sleep(60);
    }
    await connection.untilCounts({ checkedIn: 40, checkedOut: 0, watching: 1 });
    const seconds = (Date.now() - begun) / 1000;
    const burst = connection.of('counts').slice(before);
    // At most one a second, the one that was due at the beginning and the last one besides.
    expect(burst.length).toBeLessThanOrEqual(seconds + 2);
    expect(burst.length).toBeGreaterThan(1);
    burst.reduce((one, next) => {
      expect(next.seq).toBeGreaterThan(one.seq);
      expect(next.checkedIn).toBeGreaterThan(one.checkedIn);
      return next;
    });
    await house.endEvent(id);
    await Promise.all(people.map((person, index) => checkOut(visitors[index] ?? house.visitor(), id, [person])));
    await connection.untilCounts({ checkedIn: 40, checkedOut: 40, watching: 1 });
    expect(await house.counter(id)).toEqual({ checkedIn: 40, checkedOut: 40 });
  });

  test('nothing is sent when nothing changed', async () => {
    const { id } = await house.event();
    const [ada, ben] = await house.aClass(3);
    const visitor = await house.signIn(ada);
    const connection = await connect(visitor, id);
    await checkIn(visitor, id, ada);
    await connection.untilCounts({ checkedIn: 1, watching: 1 });
    const before = connection.of('counts').length;
    // A repeat, and the look that every process takes by itself.
    for (let repeat = 0; repeat < 6; repeat++) {
      await checkIn(visitor, id, ada);
      await sleep(1_000);
    }
    expect(connection.of('counts')).toHaveLength(before);
    await checkIn(visitor, id, ada, [ben]);
    const last = await connection.untilCounts({ checkedIn: 2 });
    expect(last.seq).toBe((connection.of('counts').at(-2)?.seq ?? 0) + 1);
  });

  test('watching: students, not connections; a second tab and its end change nothing', async () => {
    const { id } = await house.event();
    const [ada, ben] = await house.aClass(3);
    const [adas, bens] = [await house.signIn(ada), await house.signIn(ben)];
    const [first, second, observer] = [await connect(adas, id), await connect(adas, id), await connect(bens, id)];
    await observer.untilCounts({ watching: 2 });
    await first.close();
    const third = await house.aClass(3);
    await checkIn(await house.signIn(third[0]), id, third[0]);
    await observer.untilCounts({ checkedIn: 1, watching: 2 });
    await second.close();
    await observer.untilCounts({ checkedIn: 1, watching: 1 });
  });
});

describe('view', () => {
  test('to who asks for it: what happened before the connection was there', async () => {
    const { id } = await house.event('live');
    const [ada, ben] = await house.aClass(3);
    const bens = await house.signIn(ben);
    const viewOf = async (connection: LiveConnection) =>
      eventually(() => {
        expect(connection.of('view')).toHaveLength(1);
        return connection.of('view')[0]?.event;
      });
    expect(await viewOf(await connect(bens, `${id}&view=1`))).toMatchObject({ id, state: 'live', attendance: null });
    await checkIn(await house.signIn(ada), id, ada, [ben]);
    expect(await viewOf(await connect(bens, `${id}&view=1`))).toMatchObject({
      attendance: { checkedInBy: { id: ada.id, displayName: ada.displayName }, committed: true },
    });
    await house.endEvent(id);
    const late = await connect(bens, `${id}&view=1`);
    expect(await viewOf(late)).toMatchObject({ state: 'ended', attendance: { checkedOutAt: null } });
    expect(late.messages[0]).toMatchObject({ type: 'counts' });
  });

  test('to nobody else', async () => {
    const { id } = await house.event();
    const [ada] = await house.aClass(3);
    const connections = [
      await connect(await house.signIn(ada), id),
      await connect(await house.signIn(ada), `${id}&view=0`),
    ];
    await sleep(500);
    for (const connection of connections) {
      expect(connection.of('counts')).not.toEqual([]);
      expect(connection.of('view')).toEqual([]);
    }
  });
});

describe('event', () => {
  test('whatever the host changes, and the end', async () => {
    const { id } = await house.event('live');
    const [ada] = await house.aClass(3);
    const connection = await connect(await house.signIn(ada), id);
    const told = async (figures: Partial<Message<'event'>['event']>) =>
      eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject(figures));
    await house.admin().patch(`/api/admin/events/${id}`, { title: 'Another title' });
    await told({ id, title: 'Another title', state: 'live' });
    const closesAt = new Date(Date.now() + 9_000_000).toISOString();
    await house.admin().patch(`/api/admin/events/${id}`, { closesAt });
    await told({ closesAt });
    await house.endEvent(id);
    await told({ id, state: 'ended' });
    expect(connection.of('event').at(-1)?.event).not.toHaveProperty('attendance');
    // Where the stream is, only who is checked in may ask.
    for (const { event } of connection.of('event')) expect(JSON.stringify(event)).not.toContain('stream.example');
  });

  test('not to who watches another event', async () => {
    const [{ id }, other] = [await house.event('live'), await house.event('live')];
    const [ada, ben] = await house.aClass(3);
    const [mine, others] = [
      await connect(await house.signIn(ada), id),
      await connect(await house.signIn(ben), other.id),
    ];
    await house.endEvent(id);
    await eventually(() => expect(mine.of('event').at(-1)?.event.state).toBe('ended'));
    await house.endEvent(other.id);
    await eventually(() => expect(others.of('event')).not.toEqual([]));
    expect(others.of('event').map(({ event }) => event.id)).not.toContain(id);
  });
});

describe('attendance', () => {
  test('to whom a classmate checked in or out, in each of their tabs, and to nobody else', async () => {
    const { id } = await house.event('live');
    const [ada, ben, cleo] = await house.aClass(3);
    const [adas, bens, cleos] = [await house.signIn(ada), await house.signIn(ben), await house.signIn(cleo)];
    const [mine, tab, secondTab, third] = await Promise.all([
      connect(adas, id),
      connect(bens, id),
      connect(bens, id),
      connect(cleos, id),
    ]);
    await checkIn(adas, id, ada, [ben]);
    for (const connection of [tab, secondTab])
      await eventually(() => {
        expect(connection.of('attendance')).toHaveLength(1);
        expect(connection.of('attendance')[0]?.attendance).toMatchObject({
          checkedInBy: { id: ada.id, displayName: ada.displayName },
          checkedOutAt: null,
          committed: true,
        });
      });
    await house.endEvent(id);
    await checkOut(adas, id, [ada, ben]);
    for (const connection of [tab, secondTab])
      await eventually(() =>
        expect(connection.of('attendance').at(-1)?.attendance).toMatchObject({
          checkedInBy: { id: ada.id },
          checkedOutBy: { id: ada.id },
        }),
      );
    await third.untilCounts({ checkedOut: 2 });
    expect([...mine.of('attendance'), ...third.of('attendance')]).toEqual([]);
  });

  test('not when a classmate only tried: I was there already', async () => {
    const { id } = await house.event('live');
    const [ada, ben, cleo] = await house.aClass(3);
    const bens = await house.signIn(ben);
    const connection = await connect(bens, id);
    await checkIn(bens, id, ben);
    await checkIn(await house.signIn(ada), id, ada, [ben]);
    await checkIn(await house.signIn(cleo), id, cleo, [ben]);
    await connection.untilCounts({ checkedIn: 3 });
    expect(connection.of('attendance')).toEqual([]);
  });
});

test('a process that stops says so (1012), and the page may come back to it', async () => {
  const { id } = await house.event();
  const [ada] = await house.aClass(3);
  const visitor = await house.signIn(ada);
  const connection = await connect(visitor, id);
  const closed = connection.closeCode;
  await house.system.apis[0]?.stop();
  expect(await closed).toBe(1012);
  await house.system.apis[0]?.start();
  await (await connect(visitor, id)).untilCounts({ watching: 1 });
});
