/**
 * What a student's journey costs at least: node:http and ws with prepared answers, no checks, no rules, no database.
 * Requests, bytes, sockets and frames are those of the product; only ids are put in, so that pages go on as usual.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from '../processes/serve.ts';

export type BareServer = typeof calls;

export interface BareUser {
  id: number;
  username: string;
  classIds: number[];
}

const countsEveryMilliseconds = 1_250;
const eventId = 1;
/** As long as the product's session cookie. */
const padding = 'x'.repeat(80);
const image = randomBytes(192 * 1000);
const largeImage = randomBytes(256 * 1000);

const idByName = new Map<string, number>();
const classmatesOf = new Map<number, string>();
let timesOfEvent = (() => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  return { preparesAt: at(-25), opensAt: at(-10), startsAt: at(-5), endsAt: at(240), closesAt: at(300) };
})();
let hasEnded = false;
let [checkedIn, checkedOut, seq] = [0, 0, 0];
const watching = new Set<WebSocket>();

const now = () => new Date().toISOString();
const summary = () => ({
  id: eventId,
  title: 'Bare server',
  state: hasEnded ? 'ended' : Date.parse(timesOfEvent.opensAt) > Date.now() ? 'scheduled' : 'live',
  ...timesOfEvent,
  minimumKbps: 500,
  serverTime: now(),
  revision: 1,
  counts: { checkedIn, checkedOut, watching: watching.size },
});
const view = () => JSON.stringify({ ...summary(), attendance: null, attendanceRevision: 0 });
const stream = JSON.stringify({ url: '/demo-stream/live.m3u8', fallbackUrl: null });

function send(
  response: ServerResponse,
  body: string | Buffer,
  status = 200,
  headers: Record<string, string> = {},
): void {
  const type = typeof body === 'string' ? 'application/json; charset=utf-8' : 'image/png';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const actorOf = ({ headers: { cookie = '' } }: IncomingMessage) => Number(/exco_session=(\d+)/.exec(cookie)?.[1] ?? 0);

function signIn(text: string, response: ServerResponse): void {
  const { username } = JSON.parse(text) as { username: string };
  const id = idByName.get(username) ?? 0;
  const user = { id, displayName: 'A Student', classes: [{ id: 1, name: '7B' }] };
  send(
    response,
    `{"user":${JSON.stringify(user)},"event":${view()},"classmates":${classmatesOf.get(id) ?? '[]'}}`,
    200,
    {
      'set-cookie': `exco_session=${id}.${padding}; Path=/; HttpOnly; SameSite=Lax`,
    },
  );
}

function checkIn(text: string, actor: number, response: ServerResponse): void {
  const { classmates } = JSON.parse(text) as { classmates: { userId: number }[] };
  const by = { id: actor, displayName: 'A Student' };
  const results = [actor, ...classmates.map(({ userId }) => userId)].map((userId) => ({
    userId,
    outcome: 'checked-in',
    checkedInAt: now(),
    checkedInBy: by,
  }));
  checkedIn += results.length;
  send(response, `{"committed":true,"results":${JSON.stringify(results)},"stream":${stream}}`);
}

function checkDigits(text: string, response: ServerResponse): void {
  const { checks } = JSON.parse(text) as { checks: { userId: number }[] };
  send(response, JSON.stringify({ results: checks.map(({ userId }) => ({ userId, outcome: 'match' })) }));
}

function checkOut(text: string, response: ServerResponse): void {
  const { userIds } = JSON.parse(text) as { userIds: number[] };
  const results = userIds.map((userId) => ({ userId, outcome: 'checked-out', checkedOutAt: now() }));
  checkedOut += results.length;
  send(response, `{"committed":true,"results":${JSON.stringify(results)}}`);
}

function tell(text: string): void {
  for (const socket of watching) socket.send(text);
}

function admin(method: string, url: string, text: string, response: ServerResponse): void {
  if (url.endsWith('/end')) {
    hasEnded = true;
    tell(JSON.stringify({ type: 'event', event: summary() }));
  }
  const created = method === 'POST' && url.endsWith('/events');
  if (created) {
    hasEnded = false;
    timesOfEvent = { ...timesOfEvent, ...(JSON.parse(text) as Partial<typeof timesOfEvent>) };
  }
  const fields = { streamUrl: '/demo-stream/live.m3u8', fallbackStreamUrl: null, classIds: null };
  send(response, JSON.stringify({ ...summary(), ...fields }), created ? 201 : 200);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '' } = request;
  const text = method === 'POST' ? await bodyOf(request) : '';
  if (url.startsWith('/api/connection-test/256')) send(response, largeImage);
  else if (url.startsWith('/api/connection-test')) send(response, image);
  else if (url.startsWith('/api/admin')) admin(method, url, text, response);
  else if (url.startsWith('/api/session')) signIn(text, response);
  else if (url.includes('/check-ins')) checkIn(text, actorOf(request), response);
  else if (url.endsWith('/check-outs') && method === 'POST') checkOut(text, response);
  else if (url.endsWith('/check-outs')) send(response, '[]');
  else if (url.endsWith('/digit-checks')) checkDigits(text, response);
  else if (url.includes('/classmates')) send(response, classmatesOf.get(actorOf(request)) ?? '[]');
  else if (url.endsWith('/stream')) send(response, stream);
  else send(response, view());
}

const calls = {
  /** @returns its port */
  listen: async (users: BareUser[]): Promise<number> => {
    const classes = new Map<number, BareUser[]>();
    for (const user of users) {
      idByName.set(user.username, user.id);
      for (const id of user.classIds) classes.set(id, [...(classes.get(id) ?? []), user]);
    }
    for (const { id, classIds } of users) {
      const mates = new Map(classIds.flatMap((one) => (classes.get(one) ?? []).map((mate) => [mate.id, mate])));
      mates.delete(id);
      const list = [...mates.keys()].map((mate) => ({
        id: mate,
        displayName: 'A Student',
        className: '7B',
        checkedIn: false,
      }));
      classmatesOf.set(id, JSON.stringify(list));
    }
    const server = createServer((request, response) => void answer(request, response));
    const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 1_024 });
    sockets.on('connection', (socket) => {
      watching.add(socket);
      socket.once('close', () => watching.delete(socket));
      socket.on('error', () => undefined);
      socket.send(`{"type":"view","event":${view()}}`);
    });
    setInterval(() => {
      const { counts } = summary();
      tell(JSON.stringify({ type: 'counts', eventId, ...counts, seq: ++seq }));
    }, countsEveryMilliseconds);
    server.listen(0, '127.0.0.1', 4_096);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
};

serve(calls);
