import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { eventually } from '@exco/testing';
import { checkInOf, checkOut, wrongFor } from '../support/attendance-requests.ts';
import { errorAnswersFile, otherLogsFile, readSharedAddresses } from '../support/env.ts';
import { adminToken, launchSecret, olderAdminToken, sessionSecret } from '../support/settings.ts';
import { TestStack } from '../support/test-stack.ts';

/*
 * What all files before this one have left: logs, Redis, metrics and error answers; and what is said to Redis meanwhile,
 * jobs included, which are gone once they are done.
 */

let stack: TestStack;
let said: string[];
beforeAll(async () => {
  stack = await TestStack.shared();
  // Something to look for, also when this file runs alone.
  said = await saidToRedisDuring(aWholeJourney);
});
afterAll(() => stack.close());

const sharedRedis = () => new Redis({ path: readSharedAddresses().redisUrl.slice('unix://'.length) });

async function saidToRedisDuring(work: () => Promise<void>): Promise<string[]> {
  const redis = sharedRedis();
  const monitor = await redis.monitor();
  const heard: string[] = [];
  monitor.on('monitor', (_: string, command: string[]) => heard.push(command.join(' ')));
  try {
    await work();
    return heard;
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
}

async function aWholeJourney(): Promise<void> {
  const { id } = await stack.event('live');
  const [ada, ben, cleo] = await stack.aClass(3);
  const unknown = `${ada.username.slice(0, -4)}0000`;
  expect(await stack.client().post('/api/session', { username: unknown })).toMatchObject({ status: 401 });
  const client = await stack.signIn(ada);
  for (let attempt = 0; attempt < 6; attempt++)
    await client.post(`/api/events/${id}/digit-checks`, { userId: cleo.id, digits: wrongFor(cleo) });
  expect(await client.post(`/api/events/${id}/check-ins`, checkInOf(ada, [ben, cleo]))).toMatchObject({ status: 200 });
  await stack.endEvent(id);
  expect(await checkOut(client, id, [ada, ben])).toMatchObject({ status: 200 });
  await client.delete('/api/session');
  await eventually(async () => expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 2 }));
}

/** As `aStudent` makes them. */
const username = /\bpupil\.[\da-f]{6}\.\d+\.\d{4}\b/g;
const cookie = /\b\d+\.\d{10}\.(?:[\w-]{8}\.)?[\w-]{43}(?![\w-])/;
const token = /\bey[\w-]{10,}\.ey[\w-]{10,}\.[\w-]{10,}/;

/** What of this text nobody should find there. */
function secretsIn(text: string): string[] {
  const settings = [adminToken, olderAdminToken, launchSecret, sessionSecret].filter((secret) => text.includes(secret));
  const digits = text.match(/.{0,40}["']?digits["']?\s*[:=]\s*["']?\d{4}\b.{0,20}/g) ?? [];
  return [
    ...(text.match(username) ?? []),
    ...settings,
    ...digits,
    ...(cookie.exec(text) ?? []),
    ...(token.exec(text) ?? []),
  ];
}

test('what is looked for would be found', () => {
  for (const text of [
    'sign-in of "pupil.0f3a9c.17.3017" failed',
    '{"digits":"0417"}',
    `Bearer ${adminToken}`,
    `exco_session=17.1763800000.${'a'.repeat(43)}`,
    `exco_session=17.1763800000.aB-_9xYz.${'a'.repeat(43)}`,
    `token ey${'a'.repeat(20)}.ey${'b'.repeat(20)}.${'c'.repeat(20)}`,
  ])
    expect(secretsIn(text)).toHaveLength(1);
  expect(secretsIn('{"userId":17,"outcome":"wrong-digits","checkedInAt":"2026-11-22T09:00:00.300Z"}')).toEqual([]);
});

test('the logs of every process, also of stacks that are gone', () => {
  expect(secretsIn(stack.logs())).toEqual([]);
  expect(secretsIn(readFileSync(otherLogsFile(), { encoding: 'utf8', flag: 'a+' }))).toEqual([]);
});

test('the metrics', async () => {
  for (const api of stack.urls.keys()) {
    const { text } = await stack.client(api).get('/metrics');
    expect(text).toContain('exco_');
    expect(secretsIn(text)).toEqual([]);
  }
});

test('error answers', () => {
  const answers = readFileSync(errorAnswersFile(), { encoding: 'utf8', flag: 'a+' });
  expect(secretsIn(answers)).toEqual([]);
});

test('whatever is said to Redis: jobs, their results, signals, limits', () => {
  for (const something of [/:attendance:.* check-in /, /:sign-in-unknown:/, /:digit-misses:/, / publish |^publish /i])
    expect(said.filter((command) => something.test(command)).length).toBeGreaterThan(0);
  expect(said.flatMap(secretsIn)).toEqual([]);
});

test('Redis: keys, and everything kept under them', async () => {
  const redis = sharedRedis();
  try {
    const found: string[] = [];
    for await (const keys of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>)
      for (const key of keys) {
        const kept = await contentOf(redis, key);
        for (const secret of secretsIn(`${key} ${kept}`)) found.push(`${key}: ${secret}`);
      }
    expect(found).toEqual([]);
  } finally {
    redis.disconnect();
  }
});

async function contentOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, 0, -1));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}
