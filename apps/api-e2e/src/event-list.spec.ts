import { z } from 'zod';
import { eventView } from '@exco/contracts';
import type { ApiClient } from './support/api-client.ts';
import { IsolatedStack } from './support/own-stacks.ts';

// Isolated: it asks for the list of all events there are.
let stack: IsolatedStack;
let client: ApiClient;
beforeAll(async () => {
  stack = await IsolatedStack.start();
  const [ada] = await stack.aClass(3);
  client = await stack.signIn(ada);
});
afterAll(() => stack.close());

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const inMinutes = (...[opensAt, startsAt, endsAt, closesAt]: [number, number, number, number]) => ({
  opensAt: minutes(opensAt),
  startsAt: minutes(startsAt),
  endsAt: minutes(endsAt),
  closesAt: minutes(closesAt),
});

test('all events, the current one first: live, open, ended, the next to come, closed; ten at most', async () => {
  const given = {
    closed: inMinutes(-9, -8, -7, -6),
    later: inMinutes(40, 50, 60, 70),
    ended: inMinutes(-9, -8, -1, 9),
    next: inMinutes(10, 20, 30, 40),
    open: inMinutes(-1, 9, 10, 20),
    live: inMinutes(-9, -1, 9, 10),
    laterLive: inMinutes(-8, -1, 9, 10),
  };
  for (const [title, times] of Object.entries(given)) await stack.event('open', { title, ...times });
  const answer = await client.get('/api/events');
  expect(answer.status).toBe(200);
  const events = answer.as(z.array(eventView));
  expect(events.map(({ title, state }) => [title, state])).toEqual([
    ['laterLive', 'live'],
    ['live', 'live'],
    ['open', 'open'],
    ['ended', 'ended'],
    ['next', 'scheduled'],
    ['later', 'scheduled'],
    ['closed', 'closed'],
  ]);
  for (let count = 0; count < 5; count++) await stack.event('closed');
  expect((await client.get('/api/events')).as(z.array(eventView))).toHaveLength(10);
});
