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
  await server.listen({ port: 0 });
});
afterEach(() => server.close());

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
