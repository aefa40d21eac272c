import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { errorAnswersFile, readSharedAddresses } from '../support/env.ts';
import { adminToken, launchSecret, olderAdminToken, sessionSecret } from '../support/settings.ts';
import { TestStack } from '../support/test-stack.ts';

/* What all files before this one have left in the shared stack: logs, Redis, metrics and error answers. */

let stack: TestStack;
let usernames: string[];
beforeAll(async () => {
  stack = await TestStack.shared();
  const rows = await stack.database.query<{ username: string }[]>(
    "SELECT username FROM users WHERE username LIKE 'pupil.%'",
  );
  usernames = rows.map(({ username }) => username);
  // Something to look for, also when this file runs alone.
  const [ada] = await stack.aClass(3);
  await stack.signIn(ada);
  usernames.push(ada.username);
});
afterAll(() => stack.close());

const cookie = /\b\d+\.\d{10}\.(?:[\w-]{8}\.)?[\w-]{43}(?![\w-])/;
const token = /\bey[\w-]{10,}\.ey[\w-]{10,}\.[\w-]{10,}/;

/** What of this text nobody should find there. */
function secretsIn(text: string): string[] {
  const words = new Set(text.match(/[\w.'-]+/g) ?? []);
  const settings = [adminToken, olderAdminToken, launchSecret, sessionSecret].filter((secret) => text.includes(secret));
  const digits = text.match(/.{0,40}["']?digits["']?\s*[:=]\s*["']?\d{4}\b.{0,20}/g) ?? [];
  return [
    ...usernames.filter((username) => words.has(username)),
    ...settings,
    ...digits,
    ...(cookie.exec(text) ?? []),
    ...(token.exec(text) ?? []),
  ];
}

test('what is looked for would be found', () => {
  const [someone = ''] = usernames;
  for (const text of [
    `sign-in of "${someone}" failed`,
    '{"digits":"0417"}',
    `Bearer ${adminToken}`,
    `exco_session=17.1763800000.${'a'.repeat(43)}`,
    `exco_session=17.1763800000.aB-_9xYz.${'a'.repeat(43)}`,
    `token ey${'a'.repeat(20)}.ey${'b'.repeat(20)}.${'c'.repeat(20)}`,
  ])
    expect(secretsIn(text)).toHaveLength(1);
  expect(secretsIn('{"userId":17,"outcome":"wrong-digits","checkedInAt":"2026-11-22T09:00:00.300Z"}')).toEqual([]);
});

test('the logs of every process', () => {
  expect(secretsIn(stack.logs())).toEqual([]);
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

test('Redis: keys, and everything kept under them', async () => {
  const redis = new Redis({ path: readSharedAddresses().redisUrl.slice('unix://'.length) });
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
