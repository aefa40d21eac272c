import type { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { Clock } from '../../infrastructure/clock.ts';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { periodicTasksOf } from '../../infrastructure/scheduling/periodic.ts';
import type { LiveMessage } from '@exco/contracts';
import { LiveMetrics } from './live-metrics.ts';
import { LiveSockets } from './live-sockets.ts';

class FakeSocket {
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  terminated = false;
  readonly heard: string[] = [];
  pong: () => void = () => undefined;
  on = (event: string, listener: () => void) => {
    if (event === 'pong') this.pong = listener.bind(this);
    return this;
  };
  close = () => undefined;
  send = (text: Buffer | string) => this.heard.push(text.toString());
  write = (frame: Buffer) => this.heard.push(frame.toString());
  terminate = () => (this.terminated = true);
}

const asSocket = (socket: FakeSocket) => socket as unknown as WebSocket;
const asWire = (socket: FakeSocket) => socket as unknown as Socket;
const connectedTo = (eventId: number, userId: number) => ({
  eventId,
  session: { id: String(userId), userId, expiresAt: Infinity },
});
/** RFC 6455, section 5.5.2: a ping without a payload. */
const pingFrame = Buffer.from([0x89, 0]).toString();
const counts = (seq: number) => ({
  type: 'counts' as const,
  eventId: 1,
  checkedIn: seq,
  checkedOut: 0,
  watching: 1,
  seq,
});

afterEach(() => jest.useRealTimers());

test('a socket that takes nothing is skipped, and ended when that goes on; the others do not wait for it', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const [slow, quick] = [new FakeSocket(), new FakeSocket()];
  sockets.add(asSocket(slow), asWire(slow), connectedTo(1, 7));
  sockets.add(asSocket(quick), asWire(quick), connectedTo(1, 8));
  slow.bufferedAmount = 65 * 1024;
  for (let seq = 1; seq <= 5; seq++) await sockets.broadcast(1, counts(seq));
  expect([slow.heard.length, slow.terminated]).toEqual([0, false]);
  await sockets.broadcast(1, counts(6));
  expect(slow.terminated).toBe(true);
  expect(quick.heard).toHaveLength(6);
});

test('one that catches up is heard again, from then on', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const socket = new FakeSocket();
  sockets.add(asSocket(socket), asWire(socket), connectedTo(1, 7));
  for (let round = 0; round < 3; round++) {
    socket.bufferedAmount = 65 * 1024;
    for (let seq = 1; seq <= 4; seq++) await sockets.broadcast(1, counts(seq));
    socket.bufferedAmount = 0;
    await sockets.broadcast(1, counts(5));
  }
  expect([socket.heard.length, socket.terminated]).toEqual([3, false]);
});

test('by event, and by student whatever the number of their tabs', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const [tab, secondTab, other] = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
  sockets.add(asSocket(tab), asWire(tab), connectedTo(1, 7));
  sockets.add(asSocket(secondTab), asWire(secondTab), connectedTo(1, 7));
  sockets.add(asSocket(other), asWire(other), connectedTo(2, 8));
  expect([sockets.watching(1), sockets.watching(2)]).toEqual([[7], [8]]);
  await sockets.broadcast(1, counts(1));
  sockets.send(1, 7, counts(2));
  expect([tab, secondTab, other].map(({ heard }) => heard.length)).toEqual([2, 2, 0]);
  expect(sockets.remove(asSocket(tab))).toEqual({ eventId: 1, userId: 7 });
  expect(sockets.remove(asSocket(tab))).toBeNull();
  expect(sockets.isWatching(1, 7)).toBe(true);
  sockets.remove(asSocket(secondTab));
  expect([sockets.isWatching(1, 7), sockets.eventIds()]).toEqual([false, [2]]);
});

test('one that is closing is sent nothing more', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const socket = new FakeSocket();
  sockets.add(asSocket(socket), asWire(socket), connectedTo(1, 7));
  socket.readyState = WebSocket.CLOSING;
  await sockets.broadcast(1, counts(1));
  expect(socket.heard).toEqual([]);
});

test('one that closes while it is behind is looked at once more and forgotten, not again and again', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const socket = new FakeSocket();
  sockets.add(asSocket(socket), asWire(socket), connectedTo(1, 7));
  socket.bufferedAmount = 65 * 1024;
  await sockets.broadcast(1, counts(1));
  socket.bufferedAmount = 0;
  let looks = 0;
  const closing = () => {
    if (++looks > 100) throw new Error('looked at for ever');
    return WebSocket.CLOSING;
  };
  Object.defineProperty(socket, 'readyState', { get: closing });
  sockets.lookRound();
  await sockets.broadcast(1, counts(2));
  sockets.lookRound();
  expect(socket.heard).toEqual([]);
});

test('every connection is pinged once a minute, and ended when a minute later it has not answered', async () => {
  jest.useFakeTimers();
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const [alive, gone] = [new FakeSocket(), new FakeSocket()];
  sockets.add(asSocket(alive), asWire(alive), connectedTo(1, 7));
  sockets.add(asSocket(gone), asWire(gone), connectedTo(1, 8));
  const [ping] = periodicTasksOf(sockets);
  ping?.start();
  await jest.advanceTimersByTimeAsync(60_000);
  for (const { heard } of [alive, gone]) expect(heard.filter((frame) => frame === pingFrame)).toHaveLength(1);
  alive.pong();
  await jest.advanceTimersByTimeAsync(60_000);
  expect([alive.terminated, gone.terminated]).toEqual([false, true]);
  await ping?.stop();
});

test('a fan-out gives way to others after a hundred sockets, and reaches each once', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const all = Array.from({ length: 250 }, () => new FakeSocket());
  for (const [index, socket] of all.entries()) sockets.add(asSocket(socket), asWire(socket), connectedTo(1, index + 1));
  const told = sockets.broadcast(1, counts(1));
  expect(all.filter(({ heard }) => heard.length > 0)).toHaveLength(100);
  await told;
  expect(all.every(({ heard }) => heard.length === 1)).toBe(true);
});

test('counts go round evenly; newer ones are taken along, and nobody is told the same twice', async () => {
  jest.useFakeTimers();
  try {
    const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
    const all = Array.from({ length: 400 }, () => new FakeSocket());
    for (const [index, socket] of all.entries())
      sockets.add(asSocket(socket), asWire(socket), connectedTo(1, index + 1));
    const reached = () => all.filter(({ heard }) => heard.length > 0).length;
    let newest = counts(1);
    const told = sockets.tellCounts(1, () => newest, 4_000);
    expect(reached()).toBe(100);
    await jest.advanceTimersByTimeAsync(500);
    expect(reached()).toBe(100);
    await jest.advanceTimersByTimeAsync(600);
    expect(reached()).toBe(200);
    newest = counts(2);
    await sockets.tellCounts(1, () => newest, 4_000);
    const late = new FakeSocket();
    sockets.add(asSocket(late), asWire(late), connectedTo(1, 500));
    await jest.advanceTimersByTimeAsync(8_000);
    await told;
    const seqs = all.map(({ heard }) => heard.map((frame) => /"seq":(\d+)/.exec(frame)?.[1]).join());
    expect(seqs.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => '1,2'));
    expect(late.heard).toHaveLength(1);
    expect(seqs.slice(200)).toEqual(Array.from({ length: 200 }, () => '2'));
  } finally {
    jest.useRealTimers();
  }
});

test('a round that breaks off does not keep the next one from beginning', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const socket = new FakeSocket();
  sockets.add(asSocket(socket), asWire(socket), connectedTo(1, 7));
  const broken = () => {
    throw new Error('no figures');
  };
  await expect(sockets.tellCounts(1, broken, 0)).rejects.toThrow('no figures');
  let asked = 0;
  const breaking = () => (asked++ ? broken() : counts(1));
  await expect(sockets.tellCounts(1, breaking, 0)).rejects.toThrow('no figures');
  await sockets.tellCounts(1, () => counts(2), 0);
  expect(socket.heard).toEqual([expect.stringContaining('"seq":2')]);
});

describe('what a slow socket was skipped for', () => {
  function aSlowOne() {
    const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
    const slow = new FakeSocket();
    sockets.add(asSocket(slow), asWire(slow), connectedTo(1, 7));
    slow.bufferedAmount = 65 * 1024;
    return { sockets, slow };
  }

  test('the last counts: told as soon as it takes something again, though nothing changes any more', async () => {
    const { sockets, slow } = aSlowOne();
    for (const seq of [1, 2]) await sockets.tellCounts(1, () => counts(seq), 0);
    sockets.lookRound();
    expect(slow.heard).toEqual([]);
    slow.bufferedAmount = 0;
    sockets.lookRound();
    sockets.lookRound();
    expect(slow.heard.filter((frame) => frame !== pingFrame)).toEqual([expect.stringContaining('"seq":2')]);
  });

  test('the host’s end, whatever else is said meanwhile', async () => {
    const { sockets, slow } = aSlowOne();
    await sockets.broadcast(1, { type: 'event', event: { state: 'ended' } } as unknown as LiveMessage);
    await sockets.tellCounts(1, () => counts(1), 0);
    slow.bufferedAmount = 0;
    await sockets.tellCounts(1, () => counts(2), 0);
    sockets.lookRound();
    expect(slow.heard.filter((frame) => frame !== pingFrame)).toEqual([
      expect.stringContaining('"seq":2'),
      expect.stringContaining('"ended"'),
    ]);
  });
});

test('a connection on which nothing is said hears a heartbeat within 25 s, and none while it is told the news', async () => {
  const sockets = new LiveSockets(new LiveMetrics(new Metrics()), new Clock());
  const [quiet, busy] = [new FakeSocket(), new FakeSocket()];
  sockets.add(asSocket(quiet), asWire(quiet), connectedTo(1, 7));
  sockets.add(asSocket(busy), asWire(busy), connectedTo(2, 8));
  const heartbeats = ({ heard }: FakeSocket) => heard.filter((frame) => frame.includes('"heartbeat"')).length;
  for (let second = 1; second <= 60; second++) {
    sockets.lookRound();
    if (second % 10 === 0) await sockets.tellCounts(2, () => counts(second), 0);
    if (second === 15) expect(heartbeats(quiet)).toBe(0);
    if (second === 25) expect(heartbeats(quiet)).toBe(1);
  }
  expect(heartbeats(quiet)).toBe(2);
  expect(heartbeats(busy)).toBe(0);
});
