import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fastify, type FastifyInstance } from 'fastify';
import { limitBodies } from './body-deadline.ts';

const milliseconds = 120;
let server: FastifyInstance;
beforeEach(async () => {
  server = fastify({ requestTimeout: 0 });
  limitBodies(server, milliseconds);
  server.addContentTypeParser('text/csv', (_, payload, done) => done(null, payload));
  server.post('/upload', async ({ body }) => text(body as NodeJS.ReadableStream & AsyncIterable<string>));
  server.post('/act', ({ body }) => Promise.resolve(body));
  server.post('/unread', (_, reply) => reply.code(401).send());
  server.post('/refused', { onRequest: (_, reply) => void reply.code(403).send() }, () => '');
  await server.listen({ port: 0 });
});
afterEach(() => {
  server.server.closeAllConnections();
  return server.close();
});

/** Sends these pieces with a pause before each, and gives all that was answered. */
async function sent(path: string, type: string, pieces: string[]): Promise<string> {
  const socket = connect((server.server.address() as AddressInfo).port);
  socket.on('error', () => undefined);
  const length = pieces.join('').length;
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: any\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
  );
  const answered = text(socket).catch(() => '');
  for (const piece of pieces) {
    await Promise.race([new Promise((passed) => setTimeout(passed, milliseconds)), once(socket, 'close')]);
    if (!socket.writable) break;
    socket.write(piece);
  }
  return answered;
}

test('a body that comes drop by drop is cut off', async () => {
  expect(await sent('/act', 'application/json', ['{', ' ', ' ', ' ', ' ', '}'])).toMatch(
    /^HTTP\/1.1 408 [^]*REQUEST_TIMEOUT/,
  );
});

test('one that is there in time is taken', async () => {
  const answer = await fetch(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(await answer.json()).toEqual({ a: 1 });
});

test('an upload that its route takes as a stream may last longer', async () => {
  expect(await sent('/upload', 'text/csv', ['a', 'b', 'c', 'd', 'e'])).toMatch(/^HTTP\/1.1 200 [^]*abcde$/);
});

test.each([
  ['/unread', 'text/csv', 401],
  ['/refused', 'application/json', 403],
])(
  '%s: who is answered before the body is there holds no connection by sending it drop by drop',
  async (path, type, status) => {
    const socket = connect((server.server.address() as AddressInfo).port);
    socket.on('error', () => undefined);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: any\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\n`);
    const answered = text(socket).catch(() => '');
    const closed = once(socket, 'close').then(() => 'closed');
    let state = 'held';
    for (let drop = 0; drop < 30 && state === 'held'; drop++) {
      state = await Promise.race([
        new Promise<string>((passed) => setTimeout(passed, milliseconds / 6, 'held')),
        closed,
      ]);
      if (socket.writable) socket.write('x');
    }
    expect(state).toBe('closed');
    expect((await answered).match(/^HTTP\/1\.1 \d+/gm)).toEqual([`HTTP/1.1 ${status}`]);
  },
);

test('what comes a little late after a refusal costs no connection', async () => {
  const socket = connect((server.server.address() as AddressInfo).port);
  socket.write('POST /refused HTTP/1.1\r\nHost: any\r\nContent-Length: 2\r\n\r\n');
  await once(socket, 'data');
  socket.write('{}');
  await new Promise((passed) => setTimeout(passed, 2 * milliseconds));
  socket.write('POST /act HTTP/1.1\r\nHost: any\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*\{"a":1\}$/);
  socket.destroy();
});
