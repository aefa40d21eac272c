import { setTimeout as sleep } from 'node:timers/promises';
import { eventView } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkOut } from './support/attendance-requests.ts';
import { TestStack } from './support/test-stack.ts';
import { LiveConnection, RefusedUpgrade, type Message } from './support/live-connection.ts';

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

describe('the upgrade', () => {
  const refused = (status: number) => expect.objectContaining({ name: RefusedUpgrade.name, status }) as Error;

  test('without a session, or with one that proves nothing: 401', async () => {
    const { id } = await stack.event();
    await expect(connect(stack.client(), id)).rejects.toEqual(refused(401));
    await expect(connect(stack.client().setCookie('exco_session', '1.9999999999.x'), id)).rejects.toEqual(refused(401));
  });

  test('from a foreign Origin: 403; from this one it is taken', async () => {
    const { id } = await stack.event();
    const [ada] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    for (const origin of ['https://foreign.example', 'null', `${client.url}.foreign.example`, 'http://127.0.0.1'])
      await expect(connect(client, id, { origin })).rejects.toEqual(refused(403));
    await connect(client, id, { origin: client.url });
  });

  test.each(['999999', '', 'x', '-1'])('an event that is not there (%j): 404', async (eventId) => {
    const [ada] = await stack.aClass(3);
    await expect(connect(await stack.signIn(ada), eventId)).rejects.toEqual(refused(404));
  });

  test('whoever talks too much is cut off', async () => {
    const { id } = await stack.event();
    const [ada] = await stack.aClass(3);
    const connection = await connect(await stack.signIn(ada), id);
    const closed = connection.closeCode;
    connection.say('x'.repeat(2_000));
    expect(await closed).toBe(1009);
  });
});

describe('counts', () => {
  test('at once on connecting, before anything changes', async () => {
    const { id } = await stack.event();
    const [ada, ben] = await stack.aClass(3);
    await checkIn(await stack.signIn(ada), id, ada, [ben]);
    const connection = await connect(await stack.signIn(ada), id);
    const [first] = await eventually(() => {
      expect(connection.messages).not.toEqual([]);
      return connection.messages;
    });
    expect(first).toMatchObject({ type: 'counts', eventId: id });
    await connection.untilCounts({ checkedIn: 2, checkedOut: 0, watching: 1 });
    // A second tab changes nothing that would be told to all.
    const tab = await connect(await stack.signIn(ada), id);
    const told = await tab.untilCounts({ checkedIn: 2, checkedOut: 0, watching: 1 });
    expect(told).toEqual(connection.lastCounts);
  });

  test('through a burst: few messages, seq rising with every change, and the last state', async () => {
    const { id } = await stack.event('live');
    const people = await stack.aClass(40);
    const clients = await Promise.all(people.map((person) => stack.signIn(person)));
    const connection = await connect(clients[0] ?? stack.client(), id);
    await connection.untilCounts({ watching: 1 });
    const before = connection.of('counts').length;
    const begun = Date.now();
    for (const [index, person] of people.entries()) {
      await checkIn(clients[index] ?? stack.client(), id, person);
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
    await stack.endEvent(id);
    await Promise.all(people.map((person, index) => checkOut(clients[index] ?? stack.client(), id, [person])));
    await connection.untilCounts({ checkedIn: 40, checkedOut: 40, watching: 1 });
    expect(await stack.counter(id)).toEqual({ checkedIn: 40, checkedOut: 40 });
  });

  test('nothing is sent when nothing changed', async () => {
    const { id } = await stack.event();
    const [ada, ben] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const connection = await connect(client, id);
    await checkIn(client, id, ada);
    await connection.untilCounts({ checkedIn: 1, watching: 1 });
    const before = connection.of('counts').length;
    // A repeat, and the look that every process takes by itself.
    for (let repeat = 0; repeat < 6; repeat++) {
      await checkIn(client, id, ada);
      await sleep(1_000);
    }
    expect(connection.of('counts')).toHaveLength(before);
    await checkIn(client, id, ada, [ben]);
    const last = await connection.untilCounts({ checkedIn: 2 });
    expect(last.seq).toBe((connection.of('counts').at(-2)?.seq ?? 0) + 1);
  });

  test('watching: students, not connections; a second tab and its end change nothing', async () => {
    const { id } = await stack.event();
    const [ada, ben] = await stack.aClass(3);
    const [adaClient, benClient] = [await stack.signIn(ada), await stack.signIn(ben)];
    const [first, second, observer] = [
      await connect(adaClient, id),
      await connect(adaClient, id),
      await connect(benClient, id),
    ];
    await observer.untilCounts({ watching: 2 });
    await first.close();
    const third = await stack.aClass(3);
    await checkIn(await stack.signIn(third[0]), id, third[0]);
    await observer.untilCounts({ checkedIn: 1, watching: 2 });
    await second.close();
    await observer.untilCounts({ checkedIn: 1, watching: 1 });
  });
});

describe('view', () => {
  test('to who asks for it: what happened before the connection was there', async () => {
    const { id } = await stack.event('live');
    const [ada, ben] = await stack.aClass(3);
    const benClient = await stack.signIn(ben);
    const viewOf = async (connection: LiveConnection) =>
      eventually(() => {
        expect(connection.of('view')).toHaveLength(1);
        return connection.of('view')[0]?.event;
      });
    expect(await viewOf(await connect(benClient, `${id}&view=1`))).toMatchObject({
      id,
      state: 'live',
      attendance: null,
    });
    await checkIn(await stack.signIn(ada), id, ada, [ben]);
    expect(await viewOf(await connect(benClient, `${id}&view=1`))).toMatchObject({
      attendance: { checkedInBy: { id: ada.id, displayName: ada.displayName }, committed: true },
    });
    await stack.endEvent(id);
    const late = await connect(benClient, `${id}&view=1`);
    expect(await viewOf(late)).toMatchObject({ state: 'ended', attendance: { checkedOutAt: null } });
    expect(late.messages[0]).toMatchObject({ type: 'counts' });
  });

  test('to nobody else', async () => {
    const { id } = await stack.event();
    const [ada] = await stack.aClass(3);
    const connections = [
      await connect(await stack.signIn(ada), id),
      await connect(await stack.signIn(ada), `${id}&view=0`),
    ];
    await sleep(500);
    for (const connection of connections) {
      expect(connection.of('counts')).not.toEqual([]);
      expect(connection.of('view')).toEqual([]);
    }
  });
});

describe('the opening', () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const viewOf = async (connection: LiveConnection) =>
    eventually(() => {
      expect(connection.of('view')).toHaveLength(1);
      return connection.of('view')[0]?.event;
    });

  test('who waits is told a place, the same from every process, and how many wait', async () => {
    const { id } = await stack.event('scheduled', { opensAt: inMinutes(10) });
    const [ada, ben] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const mine = await connect(client, `${id}&view=1`);
    const silent = await connect(client, id);
    const opening = (await viewOf(mine))?.opening;
    expect(opening).toMatchObject({ prepareWithinMilliseconds: 500, sendWithinMilliseconds: 500 });
    const elsewhere = await viewOf(await connect(client.at(stack.url(1)), `${id}&view=1`));
    expect(elsewhere?.opening?.place).toBe(opening?.place);
    const answers = [await client.get(`/api/events/${id}?opening=1`), await client.get(`/api/events/${id}`)];
    expect(answers.map((answer) => answer.as(eventView).opening?.place)).toEqual([opening?.place, undefined]);
    const others = await connect(await stack.signIn(ben), `${id}&view=1`);
    expect((await viewOf(others))?.opening?.place).not.toBe(opening?.place);
    await eventually(() => expect(mine.of('opening').at(-1)).toMatchObject({ waiting: 2 }));
    expect(silent.of('opening')).toEqual([]);
  });

  test('who comes after it is told nothing of it, and a moved one reaches who waits', async () => {
    const { id } = await stack.event('scheduled', { opensAt: inMinutes(10), preparesAt: null });
    const [ada] = await stack.aClass(3);
    const client = await stack.signIn(ada);
    const waiting = await connect(client, `${id}&view=1`);
    const opensAt = new Date(Date.now() - 1_000).toISOString();
    await stack.admin().patch(`/api/admin/events/${id}`, { opensAt });
    await eventually(() => expect(waiting.of('event').at(-1)?.event).toMatchObject({ opensAt, state: 'open' }));
    expect(await viewOf(await connect(client, `${id}&view=1`))).not.toHaveProperty('opening');
    expect((await client.get('/api/events?opening=1')).json).not.toContainEqual(
      expect.objectContaining({ id, opening: expect.anything() as unknown }),
    );
  });
});

describe('event', () => {
  test('whatever the host changes, and the end', async () => {
    const { id } = await stack.event('live');
    const [ada] = await stack.aClass(3);
    const connection = await connect(await stack.signIn(ada), id);
    const told = async (figures: Partial<Message<'event'>['event']>) =>
      eventually(() => expect(connection.of('event').at(-1)?.event).toMatchObject(figures));
    await stack.admin().patch(`/api/admin/events/${id}`, { title: 'Another title' });
    await told({ id, title: 'Another title', state: 'live' });
    const closesAt = new Date(Date.now() + 9_000_000).toISOString();
    await stack.admin().patch(`/api/admin/events/${id}`, { closesAt });
    await told({ closesAt });
    await stack.endEvent(id);
    await told({ id, state: 'ended' });
    expect(connection.of('event').at(-1)?.event).not.toHaveProperty('attendance');
    // Where the stream is, only who is checked in may ask.
    for (const { event } of connection.of('event')) expect(JSON.stringify(event)).not.toContain('stream.example');
  });

  test('not to who watches another event', async () => {
    const [{ id }, other] = [await stack.event('live'), await stack.event('live')];
    const [ada, ben] = await stack.aClass(3);
    const [mine, others] = [
      await connect(await stack.signIn(ada), id),
      await connect(await stack.signIn(ben), other.id),
    ];
    await stack.endEvent(id);
    await eventually(() => expect(mine.of('event').at(-1)?.event.state).toBe('ended'));
    await stack.endEvent(other.id);
    await eventually(() => expect(others.of('event')).not.toEqual([]));
    expect(others.of('event').map(({ event }) => event.id)).not.toContain(id);
  });
});

describe('attendance', () => {
  test('of my own check-in and check-out to each of my devices, whichever process it is at, and once', async () => {
    const { id } = await stack.event('live');
    const [ada] = await stack.aClass(3);
    const [phone, laptop] = [await stack.signIn(ada), await stack.signIn(ada)];
    const devices = await Promise.all([connect(phone, id), connect(laptop, id), connect(laptop.at(stack.url(1)), id)]);
    await checkIn(phone, id, ada);
    for (const device of devices)
      await eventually(() =>
        expect(device.of('attendance')).toMatchObject([
          { attendance: { checkedInBy: { id: ada.id }, checkedOutAt: null, committed: true, revision: 1 } },
        ]),
      );
    // Once more changes nothing, and nobody is told anything.
    await checkIn(laptop, id, ada);
    await stack.endEvent(id);
    await checkOut(laptop, id, [ada]);
    for (const device of devices) {
      await eventually(() =>
        expect(device.of('attendance').at(-1)?.attendance.checkedOutBy).toMatchObject({ id: ada.id }),
      );
      expect(device.of('attendance')).toHaveLength(2);
    }
  });

  test('to whom a classmate checked in or out, in each of their tabs, and to nobody else', async () => {
    const { id } = await stack.event('live');
    const [ada, ben, cleo] = await stack.aClass(3);
    const [adaClient, benClient, cleoClient] = [
      await stack.signIn(ada),
      await stack.signIn(ben),
      await stack.signIn(cleo),
    ];
    const [mine, tab, secondTab, third] = await Promise.all([
      connect(adaClient, id),
      connect(benClient, id),
      connect(benClient, id),
      connect(cleoClient, id),
    ]);
    await checkIn(adaClient, id, ada, [ben]);
    for (const connection of [tab, secondTab])
      await eventually(() => {
        expect(connection.of('attendance')).toHaveLength(1);
        expect(connection.of('attendance')[0]?.attendance).toMatchObject({
          checkedInBy: { id: ada.id, displayName: ada.displayName },
          checkedOutAt: null,
          committed: true,
        });
      });
    await stack.endEvent(id);
    await checkOut(adaClient, id, [ada, ben]);
    for (const connection of [tab, secondTab])
      await eventually(() =>
        expect(connection.of('attendance').at(-1)?.attendance).toMatchObject({
          checkedInBy: { id: ada.id },
          checkedOutBy: { id: ada.id },
        }),
      );
    await third.untilCounts({ checkedOut: 2 });
    expect(third.of('attendance')).toEqual([]);
    for (const { attendance } of mine.of('attendance')) expect(attendance.checkedInBy.id).toBe(ada.id);
    expect(mine.of('attendance')).toHaveLength(2);
  });

  test('says where the stream is to the pages that asked for a view, and to nobody else', async () => {
    const { id, streamUrl } = await stack.event('live');
    const [ada, ben, cleo] = await stack.aClass(3);
    const [benClient, cleoClient] = [await stack.signIn(ben), await stack.signIn(cleo)];
    const asks = await connect(benClient, `${id}&view=1`);
    const [asksNothing, classmate] = [await connect(benClient, id), await connect(cleoClient, `${id}&view=1`)];
    await checkIn(await stack.signIn(ada), id, ada, [ben]);
    await eventually(() => expect(asks.of('attendance')).toMatchObject([{ stream: { url: streamUrl } }]));
    await eventually(() => expect(asksNothing.of('attendance')).toHaveLength(1));
    expect(asksNothing.of('attendance')[0]).not.toHaveProperty('stream');
    expect(JSON.stringify(classmate.messages)).not.toContain(streamUrl);
  });

  test('not when a classmate only tried: I was there already', async () => {
    const { id } = await stack.event('live');
    const [ada, ben, cleo] = await stack.aClass(3);
    const benClient = await stack.signIn(ben);
    const connection = await connect(benClient, id);
    await checkIn(benClient, id, ben);
    await checkIn(await stack.signIn(ada), id, ada, [ben]);
    await checkIn(await stack.signIn(cleo), id, cleo, [ben]);
    await connection.untilCounts({ checkedIn: 3 });
    expect(connection.of('attendance')).toMatchObject([{ attendance: { checkedInBy: { id: ben.id } } }]);
  });
});

test('a process that stops says so (1012), and the page may come back to it', async () => {
  const { id } = await stack.event();
  const [ada] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const api = await stack.anotherApi();
  try {
    const there = client.at(api.url);
    const connection = await connect(there, id);
    const closed = connection.closeCode;
    await api.apis[0]?.stop();
    expect(await closed).toBe(1012);
    await api.apis[0]?.start();
    await (await connect(there, id)).untilCounts({ watching: 1 });
  } finally {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
    await api.stop();
  }
});
