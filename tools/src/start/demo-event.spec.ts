import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLiveEvent, stateAt, type AdminEvent } from '@exco/contracts';
import { ensureDemoEvent, newDemoEvent } from './demo-event.ts';

const now = Date.parse('2026-11-22T09:00:00.000Z');
const minutes = (count: number) => new Date(now + count * 60_000).toISOString();

function event(opens: number, starts: number, ends: number, closes: number): AdminEvent {
  const times = {
    preparesAt: minutes(opens - 15),
    opensAt: minutes(opens),
    startsAt: minutes(starts),
    endsAt: minutes(ends),
    closesAt: minutes(closes),
  };
  return {
    ...newDemoEvent(now),
    ...times,
    id: 1,
    state: stateAt(times, now),
    serverTime: minutes(0),
    revision: 1,
    counts: { checkedIn: 0, checkedOut: 0, watching: 0 },
  };
}

let api: Server;
let created: unknown[];
let existing: AdminEvent[];

beforeEach(async () => {
  created = [];
  existing = [];
  api = createServer((request, response) => {
    void (async () => {
      const body = (await request.toArray()).join('');
      if (request.headers.authorization !== 'Bearer the token') response.statusCode = 401;
      else if (request.method === 'POST') created.push(JSON.parse(body));
      response.end(JSON.stringify(request.method === 'POST' ? {} : existing));
    })();
  }).listen();
  await once(api, 'listening');
});
afterEach(() => api.close());

const ensure = (token = 'the token') =>
  ensureDemoEvent(`http://localhost:${(api.address() as AddressInfo).port}`, token, now);

test('the demo event is one that the contract accepts, and is live', () => {
  const made = createLiveEvent.parse(newDemoEvent(now));
  expect(stateAt(made, now)).toBe('live');
});

test.each([
  ['there is none', []],
  ['it ends within half an hour', [event(-60, -30, 29, 90)]],
  ['it has ended', [event(-60, -30, -1, 90)]],
  ['it is not open yet', [event(1, 10, 60, 90)]],
  ['it is for one class only', [{ ...event(-10, -5, 60, 90), classIds: [1] }]],
])('one is made when %s', async (_, events) => {
  existing = events;
  await ensure();
  expect(created).toEqual([newDemoEvent(now)]);
});

test.each([
  ['open', [event(-10, 5, 60, 90)]],
  ['live', [event(-60, -30, -1, 90), event(-10, -5, 31, 90)]],
])('one that is %s for long is left as it is', async (_, events) => {
  existing = events;
  await ensure();
  expect(created).toEqual([]);
});

test('a refusal says what was refused', async () => {
  await expect(ensure('another')).rejects.toThrow('The API refused the demo event: 401');
});
