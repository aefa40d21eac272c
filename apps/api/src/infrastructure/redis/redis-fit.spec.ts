import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { aRedis } from '@exco/testing';
import { StartRefused } from '../scheduling/start-refused.ts';
import { evictionFault, foreignKeysFault, ownerFault, refuseUnfitRedis } from './redis-fit.ts';

let server: Awaited<ReturnType<typeof aRedis>>;
let redis: Redis;
beforeAll(async () => {
  server = await aRedis();
  redis = new Redis({ path: server.url.slice('unix://'.length) });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** As much of a database as is asked. */
const databaseOf = (id: string | null) =>
  ({ query: () => Promise.resolve(id === null ? [] : [{ id }]) }) as unknown as DataSource;

test('the first database to come owns the queue, and keeps it; another is told what to do', async () => {
  expect(await ownerFault(redis, databaseOf('other'), false)).toBeNull();
  expect(await ownerFault(redis, databaseOf('one'), true)).toBeNull();
  for (const claims of [true, false])
    expect(await ownerFault(redis, databaseOf('other'), claims)).toMatch(
      /another Exco Live.*Give each a Redis of its own/,
    );
  expect(await ownerFault(redis, databaseOf('one'), true)).toBeNull();
  await expect(refuseUnfitRedis(server.url, databaseOf('other'))).rejects.toThrow(StartRefused);
  await expect(refuseUnfitRedis(server.url, databaseOf('one'))).resolves.toBeUndefined();
});

test("another system's keys are told, our own are not", async () => {
  await redis.mset('{exco}:attendance:id', '1', '{exco}:installation', 'one');
  expect(await foreignKeysFault(redis)).toBeNull();
  await redis.mset('bull:mails:id', '1', 'session:7', 'x');
  expect(await foreignKeysFault(redis)).toMatch(/^2 of 4 keys looked at are another system's/);
  await expect(refuseUnfitRedis(server.url, databaseOf('one'))).resolves.toBeUndefined();
});

test('a policy that throws keys away is refused; one that is not told is not', async () => {
  expect(evictionFault('maxmemory_policy:noeviction\r\n')).toBeNull();
  expect(evictionFault('# Memory\r\n')).toBeNull();
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect(refuseUnfitRedis(server.url, databaseOf('one'))).rejects.toThrow(/maxmemory-policy is allkeys-lru/);
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
});

test('a Redis that is away refuses nobody', async () => {
  await expect(refuseUnfitRedis('redis://127.0.0.1:1', databaseOf('one'))).resolves.toBeUndefined();
  await expect(refuseUnfitRedis('redis+sentinel://127.0.0.1:1/live', databaseOf('one'))).resolves.toBeUndefined();
});
