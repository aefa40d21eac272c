import { z } from 'zod';
import { adminEvent, eventView } from '@exco/contracts';
import type { ApiClient } from './support/api-client.ts';
import { Redis } from 'ioredis';
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

test('an admin’s list comes in pages, closed events with their counts and without Redis', async () => {
  const list = async (query: string) => (await stack.admin().get(`/api/admin/events${query}`)).as(z.array(adminEvent));
  const { id: copied } = await stack.event('closed', { title: 'old' });
  // By SQL: of an event that was made by a request this process knows the counts for some seconds.
  await stack.database.query(
    `INSERT INTO live_events (title, stream_url, opens_at, starts_at, ends_at, closes_at, minimum_kbps)
     SELECT CONCAT(title, ' ', copies.n), stream_url, opens_at, starts_at, ends_at, closes_at, minimum_kbps
     FROM live_events JOIN (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) AS copies WHERE id = ?`,
    [copied],
  );
  const old = await stack.database.query<{ id: number }[]>("SELECT id FROM live_events WHERE title LIKE 'old%'");
  await stack.database.query(
    `INSERT IGNORE INTO live_event_counters (live_event_id, checked_in, checked_out, revision)
     SELECT id, 0, 0, 1 FROM live_events`,
  );
  await stack.database.query('UPDATE live_event_counters SET checked_in = live_event_id, checked_out = 3');
  const redis = new Redis({ path: stack.redisUrl.slice('unix://'.length) });
  try {
    const keys = async () => (await redis.keys('{exco}:counts:*')).length;
    const before = await keys();
    const whole = await list('');
    expect(await keys()).toBe(before);
    expect(whole.filter(({ title }) => title.startsWith('old'))).toHaveLength(old.length);
    expect(old).toHaveLength(5);
    for (const { id, counts } of whole.filter(({ state }) => state === 'closed'))
      expect(counts).toEqual({ checkedIn: id, checkedOut: 3, watching: 0 });
    const paged: number[] = [];
    for (let before = ''; ; before = `&before=${paged.at(-1)}`) {
      const page = await list(`?limit=4${before}`);
      if (page.length === 0) break;
      paged.push(...page.map(({ id }) => id));
    }
    expect(paged.sort()).toEqual(whole.map(({ id }) => id).sort());
    expect(new Set(paged).size).toBe(whole.length);
  } finally {
    redis.disconnect();
  }
  expect((await stack.admin().get('/api/admin/events?limit=0')).status).toBe(400);
});

test('of all closed events the last fifty are in memory; an older one is found all the same', async () => {
  const { id } = await stack.event('closed', { title: 'the oldest', ...inMinutes(-9_999, -9_998, -9_997, -9_996) });
  await stack.database.query(
    `INSERT INTO live_events (title, stream_url, opens_at, starts_at, ends_at, closes_at, minimum_kbps)
     SELECT title, stream_url, opens_at, starts_at, ends_at, closes_at - INTERVAL 1 SECOND, 1 FROM live_events WHERE id <> ? LIMIT 10`,
    [id],
  );
  for (let round = 0; round < 3; round++)
    await stack.database.query(
      `INSERT INTO live_events (title, stream_url, opens_at, starts_at, ends_at, closes_at, minimum_kbps)
       SELECT 'copy', stream_url, opens_at, starts_at, ends_at, closes_at, 1 FROM live_events
       WHERE closes_at < NOW() AND id <> ?`,
      [id],
    );
  await stack.event('closed');
  expect((await client.get(`/api/events/${id}`)).as(eventView)).toMatchObject({ title: 'the oldest', state: 'closed' });
  expect((await stack.admin().get(`/api/admin/events/${id}/attendance`)).json).toEqual([]);
});
