import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { messageDecoder, type UserContext } from './context.ts';
import { LiveConnection } from './live-connection.ts';
import { Recorder } from './recorder.ts';

let server: WebSocketServer;
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (client) => clients.push(client));
  await once(server, 'listening');
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Packets go their way while no time passes. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise(setImmediate);
}

function aConnection(totalsOnlyRise = true) {
  const { port } = server.address() as AddressInfo;
  const recorder = new Recorder();
  const context = {
    behaviour: { eventId: 1, totalsOnlyRise, faults: {} },
    target: { host: '127.0.0.1', port, secure: false, authority: `127.0.0.1:${port}` },
    localAddress: () => undefined,
    decode: messageDecoder(),
    recorder,
  } as unknown as UserContext;
  const nothing = () => undefined;
  const listener = { event: nothing, attendance: nothing, view: nothing, reconnected: nothing };
  return { recorder, live: new LiveConnection(context, 0, () => 0, listener) };
}

const heartbeat = JSON.stringify({ type: 'heartbeat', serverTime: '2026-12-01T10:00:00.000Z' });

test('a connection that has said nothing for longer than a heartbeat is made again, as the page does', async () => {
  const { live, recorder } = aConnection();
  live.hold('');
  await until(() => clients.length === 1 && live.connected);
  jest.advanceTimersByTime(30_000);
  const heard = jest.spyOn(live as unknown as { message: (payload: Buffer) => void }, 'message');
  clients[0]?.send(heartbeat);
  await until(() => heard.mock.calls.length === 1);
  jest.advanceTimersByTime(34_000);
  expect(live.connected).toBe(true);
  jest.advanceTimersByTime(1_000);
  await until(() => !live.connected);
  jest.advanceTimersByTime(1_000);
  await until(() => clients.length === 2 && live.connected);
  expect(recorder.recorded().errors['live connection: lost']?.count).toBe(1);
  live.release();
});

test.each([true, false])(
  'a seq that goes back is told, and a total that falls where totals only rise: %p',
  async (only) => {
    const { live, recorder } = aConnection(only);
    live.hold('');
    await until(() => clients.length === 1 && live.connected);
    const told = (seq: number, checkedIn: number) => ({
      ...{ type: 'counts', eventId: 1, checkedIn, checkedOut: 0, watching: 1 },
      seq,
    });
    for (const message of [told(5, 3), told(6, 2), told(6, 4), told(5, 4)]) {
      clients[0]?.send(JSON.stringify(message));
      await until(() => live.shows?.seq === message.seq && live.shows.checkedIn === message.checkedIn);
    }
    const counted = Object.entries(recorder.recorded().errors).map(([kind, { count }]) => [kind, count]);
    expect(counted).toEqual([
      ...(only ? [['live connection: total fell', 1]] : []),
      ['live connection: seq went back', 1],
    ]);
    live.release();
  },
);
