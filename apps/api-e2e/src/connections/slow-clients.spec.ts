import { readFileSync } from 'node:fs';
import { waitingConnections } from '../support/env.ts';
import { ownProcess } from '../support/own-process.ts';
import { head } from '../support/raw-connection.ts';
import { heldBy, openMany, type SlowClient } from '../support/waiting-connections.ts';

/*
 * Clients that take their time. A header has 15 s from the connection, or from the answer before it; Node looks for late
 * ones every 5 s; the bounds below leave as much again to a machine that does other things. The limits for bodies and for
 * answers that nobody reads are longer: only `npm run connections` waits for those.
 */
const { count: idleCount, patient } = waitingConnections();

const own = ownProcess();

const post = head('POST /api/session HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 1000');
/** Without a token: answered before the upload is there. */
const upload = head('POST /api/admin/roster HTTP/1.1', 'Host: x', 'Content-Type: text/csv', 'Content-Length: 1000');
const image = head('GET /api/connection-test/1024 HTTP/1.1', 'Host: x');

const header: SlowClient[] = [
  { name: 'a connection on which nothing is said', says: '' },
  { name: 'half a first line', says: 'GET /api/sess' },
  { name: 'half a header', says: 'GET /api/session HTTP/1.1\r\nHost: x\r\nCookie: exco' },
  { name: 'half an upgrade', says: 'GET /api/live?eventId=1 HTTP/1.1\r\nUpgrade: websocket\r\n' },
  { name: 'a header, a byte a second', says: 'GET /api/session HTTP/1.1\r\nHost: x\r\nX: ', drips: true },
  { name: 'one request, and then nothing', says: head('GET /api/session HTTP/1.1', 'Host: x') },
  { name: 'one request, and half of the next', says: `${head('GET /api/session HTTP/1.1', 'Host: x')}GET /api` },
];
const body: SlowClient[] = [
  { name: 'half a body', says: `${post}{"username":"` },
  { name: 'a body, a byte a second', says: `${post}{"username":"`, drips: true },
  { name: 'the body of a refused request, a byte a second', says: `${upload}user`, drips: true },
];
/** Few, or their images are more than whoever is not signed in may load in a minute. */
const unreadCount = 4;
const unread: SlowClient[] = [{ name: 'answers that nobody reads', says: image.repeat(12), readsNothing: true }];

const kinds: [SlowClient, mostSeconds: number][] = [
  ...header.map((one): [SlowClient, number] => [one, 40]),
  ...(patient ? body.map((one): [SlowClient, number] => [one, 45]) : []),
  ...(patient ? unread.map((one): [SlowClient, number] => [one, 120]) : []),
];

const ofProcess = (file: string) => readFileSync(`/proc/${own.api.apis[0]?.pid}/${file}`, 'utf8');

function residentMegabytes(): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(ofProcess('status'))?.[1] ?? NaN) / 1024;
}

/** Of its main thread, so far; other programs on the machine do not lengthen it. */
function processorMilliseconds(): number {
  return Number(ofProcess('schedstat').split(' ')[0]) / 1e6;
}

test('whoever takes too long is ended, whatever they are slow with, and is told so in the form of the contract', async () => {
  const held = await Promise.all(
    kinds.map(async ([kind, mostSeconds]) => {
      const count = kind.readsNothing ? unreadCount : 20;
      return { kind, mostSeconds, count, ...(await heldBy(own.api.url, kind, count, mostSeconds)) };
    }),
  );
  expect(held.map(({ kind, ended }) => [kind.name, ended])).toEqual(held.map(({ kind, count }) => [kind.name, count]));
  for (const { kind, mostSeconds, seconds, answers } of held) {
    if (!kind.readsNothing) expect(seconds).toBeLessThan(mostSeconds);
    expect([kind.name, answers.filter((line) => !/^HTTP\/1\.1 (408|401|200) /.test(line))]).toEqual([kind.name, []]);
  }
  expect(held.find(({ kind }) => kind.name === 'half a header')?.answers).toEqual(['HTTP/1.1 408 REQUEST_TIMEOUT']);
}, 180_000);

test(`${idleCount} open connections on which nothing is said slow no sign-in beside them`, async () => {
  const [ada] = await own.stack.aClass(3);
  /** Gives the processor time of each, milliseconds. */
  const signIns = async (times: number) => {
    const before = processorMilliseconds();
    for (let time = 0; time < times; time++)
      expect(await own.stack.client().at(own.api.url).post('/api/session', { username: ada.username })).toMatchObject({
        status: 200,
      });
    return (processorMilliseconds() - before) / times;
  };
  await own.stack
    .client()
    .at(own.api.url)
    .post('/api/session', { username: `${ada.username.slice(0, -4)}x` });
  await signIns(50);
  const [alone, before] = [await signIns(50), residentMegabytes()];
  const idle = await openMany(own.api.url, idleCount);
  const beside = await signIns(50);
  expect(idle.filter(({ closed }) => !closed)).toHaveLength(idleCount);
  const each = ((residentMegabytes() - before) * 1_024) / idleCount;
  if (patient) console.log({ idleCount, alone, beside, kilobytesEach: each });
  expect(beside).toBeLessThan(alone * 3);
  expect(each).toBeLessThan(40);
  // That they are let go of is seen above, with fewer.
  for (const connection of idle) {
    if (patient) await connection.untilClosed();
    connection.socket.destroy();
  }
}, 120_000);
