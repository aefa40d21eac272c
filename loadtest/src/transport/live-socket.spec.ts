import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { FrameParser } from './frame-parser.ts';
import { LiveSocket } from './live-socket.ts';

let server: WebSocketServer;
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: { headers: { cookie?: string } } }) => req.headers.cookie === 'exco_session=me',
  });
  server.on('connection', (client) => clients.push(client));
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

function open(cookie: string) {
  const seen = { messages: [] as string[], opened: 0, closed: [] as { code: number; refused: number | null }[] };
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port, secure: false, authority: `127.0.0.1:${port}` };
  const socket = new LiveSocket(target, '127.0.0.7', '/api/live?eventId=1', cookie, {
    opened: () => seen.opened++,
    message: (payload) => seen.messages.push(payload.toString()),
    closed: (how) => seen.closed.push(how),
  });
  return { socket, seen };
}

async function until(what: () => boolean): Promise<void> {
  for (let look = 0; look < 200 && !what(); look++) await sleep(10);
  expect(what()).toBe(true);
}

test('hears short and long messages of the ws server, in order', async () => {
  const { seen } = open('exco_session=me');
  await until(() => clients.length === 1);
  const messages = ['{}', 'x'.repeat(126), 'é'.repeat(20_000), 'last'];
  for (const message of messages) clients[0]?.send(message);
  await until(() => seen.messages.length === messages.length);
  expect(seen.messages).toEqual(messages);
  expect(seen.opened).toBe(1);
});

test('answers a ping with its payload', async () => {
  open('exco_session=me');
  await until(() => clients.length === 1);
  const pong = once(clients[0] as WebSocket, 'pong');
  clients[0]?.ping('are you there?');
  expect(String((await pong)[0])).toBe('are you there?');
});

test('tells the code with which the server closes', async () => {
  const { seen } = open('exco_session=me');
  await until(() => clients.length === 1);
  clients[0]?.close(1012, 'restarting');
  await until(() => seen.closed.length === 1);
  expect(seen.closed).toEqual([{ code: 1012, refused: null }]);
});

test('a server that dies without a word is 1006', async () => {
  const { seen } = open('exco_session=me');
  await until(() => clients.length === 1);
  clients[0]?.terminate();
  await until(() => seen.closed.length === 1);
  expect(seen.closed).toEqual([{ code: 1006, refused: null }]);
});

test('a refused upgrade is told with its status', async () => {
  const { seen } = open('nobody');
  await until(() => seen.closed.length === 1);
  expect(seen).toMatchObject({ opened: 0, closed: [{ refused: 401 }] });
});

test('leaves as a page does: 1001, and is silent afterwards', async () => {
  const { socket, seen } = open('exco_session=me');
  await until(() => clients.length === 1);
  const gone = once(clients[0] as WebSocket, 'close');
  socket.leave();
  expect((await gone)[0]).toBe(1001);
  expect(seen.closed).toEqual([]);
});

test('frames may be cut anywhere', () => {
  const long = Buffer.concat([Buffer.from([0x81, 126, 0, 200]), Buffer.alloc(200, 'a')]);
  const bytes = Buffer.concat([Buffer.from([0x81, 2, 0x68, 0x69]), long, Buffer.from([0x89, 0])]);
  for (let cut = 1; cut < bytes.length; cut++) {
    const heard: string[] = [];
    const reader = new FrameParser({
      text: (payload) => heard.push(payload.toString()),
      ping: () => heard.push('ping'),
      close: () => undefined,
    });
    reader.push(bytes.subarray(0, cut));
    reader.push(bytes.subarray(cut));
    expect(heard).toEqual(['hi', 'a'.repeat(200), 'ping']);
  }
});
