import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { aStudent, eventually } from '@exco/testing';
import { LiveConnection, RefusedUpgrade } from '../support/live-connection.ts';
import { ownProcess } from '../support/own-process.ts';
import { head, RawConnection } from '../support/raw-connection.ts';
import type { Person } from '../support/test-stack.ts';

/* What a live connection may cost, and when it ends without its client's doing. */

const own = ownProcess();

/** The stack waits for its own processes alone: a name that this one does not know makes it read the roster again. */
const readRosterAnew = () => own.stack.client().at(own.api.url).post('/api/session', { username: aStudent().username });
async function aClass(): Promise<[Person, Person, Person, ...Person[]]> {
  const people = await own.stack.aClass(3);
  await readRosterAnew();
  return people;
}

const open: LiveConnection[] = [];
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
const connect = async (...given: Parameters<typeof LiveConnection.open>): Promise<LiveConnection> => {
  const connection = await LiveConnection.open(...given);
  open.push(connection);
  return connection;
};

async function upgraded(cookie: string, eventId: number): Promise<RawConnection> {
  const connection = await RawConnection.open(own.api.url);
  connection.say(
    head(
      `GET /api/live?eventId=${eventId} HTTP/1.1`,
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      `Cookie: ${cookie}`,
    ),
  );
  await eventually(() => expect(connection.text).toContain(' 101 '));
  return connection;
}

/** RFC 6455, 5.2: a masked frame with a mask of zeros. */
const frame = (opcode: number, payload = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from([opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

function residentMegabytes(): number {
  const pids = own.api.apis.map((one) => one.pid);
  const kilobytes = pids.map((pid) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN),
  );
  return Math.max(...kilobytes) / 1024;
}

test.each<[string, Buffer]>([
  ['pings, and reads no pong', frame(0x89, Buffer.alloc(100))],
  ['empty pings', frame(0x89)],
  ['pongs that nobody asked for', frame(0x8a)],
  ['messages', frame(0x81, Buffer.from('x'))],
  ['pieces of a message that never ends', Buffer.concat([frame(0x01), ...Array<Buffer>(40).fill(frame(0x00))])],
  ['frames that are none', Buffer.from([0xff, 0xff, 0xff])],
  ['a message without a mask', Buffer.from([0x81, 1, 0x78])],
])('whoever sends %s is ended, and memory stays flat', async (_, bytes) => {
  const { id } = await own.stack.event();
  const [ada] = await aClass();
  const connection = await upgraded((await own.stack.signIn(ada)).cookieHeader, id);
  connection.socket.pause();
  const before = residentMegabytes();
  const flood = Buffer.concat(Array<Buffer>(2_000).fill(bytes));
  for (let round = 0; round < 200 && !connection.socket.destroyed; round++)
    if (!connection.socket.write(flood))
      await Promise.race([once(connection.socket, 'drain').catch(() => undefined), sleep(200)]);
  connection.socket.resume();
  await connection.untilClosed();
  expect(residentMegabytes() - before).toBeLessThan(100);
  expect(own.stack.logs()).not.toMatch(/RangeError|Invalid WebSocket/);
});

test('a student holds twelve connections of a process, however many are asked for at once', async () => {
  const [{ id }, other] = [await own.stack.event(), await own.stack.event()];
  const [ada, ben] = await aClass();
  const client = (await own.stack.signIn(ada)).at(own.api.url);
  const asked = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => connect(client, index % 2 ? id : other.id)),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(12);
  for (const one of asked)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: RefusedUpgrade.name, status: 429 });
  await connect((await own.stack.signIn(ben)).at(own.api.url), id);
  await open.shift()?.close();
  await eventually(() => connect(client, id));
});

describe('a connection that is there ends', () => {
  const watching = async (me: Person, eventId: number) => {
    const client = (await own.stack.signIn(me)).at(own.api.url);
    const connection = await connect(client, eventId);
    return { client, closed: connection.closeCode };
  };

  test('when its session is signed out, on another process too; the session of another device stays', async () => {
    const { id } = await own.stack.event();
    const [ada] = await aClass();
    const { client, closed } = await watching(ada, id);
    const elsewhere = await own.stack.signIn(ada);
    const copied = client.cookieHeader;
    expect(await client.at(own.stack.url(1)).delete('/api/session')).toMatchObject({ status: 204 });
    expect(await closed).toBe(4001);
    await eventually(async () => {
      for (const url of [...own.stack.urls, own.api.url])
        expect((await fetch(`${url}/api/session`, { headers: { cookie: copied } })).status).toBe(401);
    });
    expect(await elsewhere.get('/api/session')).toMatchObject({ status: 200 });
    // A process that starts later knows of it as well.
    const late = await own.stack.anotherApi();
    try {
      await eventually(async () =>
        expect((await fetch(`${late.url}/api/session`, { headers: { cookie: copied } })).status).toBe(401),
      );
    } finally {
      await late.stop();
    }
  });

  test('when its student leaves the roster', async () => {
    const { id } = await own.stack.event();
    const [ada] = await aClass();
    const { closed } = await watching(ada, id);
    await own.stack.database.query('UPDATE users SET left_at = NOW() WHERE id = ?', [ada.id]);
    await own.stack.enroll([aStudent()]);
    await readRosterAnew();
    expect(await closed).toBe(4001);
  });

  test('when the event is for other classes now', async () => {
    const { id } = await own.stack.event();
    const [ada] = await aClass();
    const [other] = await aClass();
    const [row] = await own.stack.database.query<{ id: number }[]>(
      'SELECT class_section_id AS id FROM enrollments WHERE user_id = ?',
      [other.id],
    );
    const { closed } = await watching(ada, id);
    expect(await own.stack.admin().patch(`/api/admin/events/${id}`, { classIds: [row?.id] })).toMatchObject({
      status: 200,
    });
    expect(await closed).toBe(4001);
  });
});
