import { Redis } from 'ioredis';
import { eventually } from '@exco/testing';
import { checkIn } from '../support/attendance-requests.ts';
import type { ApiClient } from '../support/api-client.ts';
import { BreakableStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';

let stack: BreakableStack;
beforeAll(async () => (stack = await BreakableStack.start({ apis: 1 })));
afterAll(() => stack.close());

interface Sender {
  person: Person;
  client: ApiClient;
}

async function senders(count: number): Promise<Sender[]> {
  const people = await stack.aClass(count);
  return Promise.all(people.map(async (person) => ({ person, client: await stack.signIn(person) })));
}

async function withRedis<T>(act: (redis: Redis) => Promise<T>): Promise<T> {
  const { redisUrl } = stack.servers;
  const redis = new Redis({ path: redisUrl.slice('unix://'.length) });
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

const queueKey = (name: string) => `{exco}:attendance:${name}`;
const inTheDatabase = async (eventId: number) => (await stack.attendances(eventId)).map(({ userId }) => userId);

test('202s outlive a Redis that loses all its data', async () => {
  const { id } = await stack.event();
  const all = await senders(12);
  await stack.system.workers[0]?.stop();
  const answers = await Promise.all(all.map(({ person, client }) => checkIn(client, id, person)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  await withRedis((redis) => redis.flushall());
  await stack.system.workers[0]?.start();
  await eventually(async () => expect(await inTheDatabase(id)).toHaveLength(all.length));
  expect(await stack.counter(id)).toEqual({ checkedIn: all.length, checkedOut: 0 });
});

test('after an outage a process answers 200 again by itself, also to the first request', async () => {
  const { id } = await stack.event();
  const [first, second] = (await senders(3)) as [Sender, Sender];
  await stack.system.workers[0]?.stop();
  expect(await checkIn(first.client, id, first.person)).toMatchObject({ status: 202 });
  await stack.system.workers[0]?.start();
  await eventually(async () => expect(await inTheDatabase(id)).toEqual([first.person.id]));
  // Whatever is known of lateness is looked at once a second, on a machine that has other work too.
  await new Promise((passed) => setTimeout(passed, 4_000));
  expect(await checkIn(second.client, id, second.person)).toMatchObject({ status: 200 });
});

test('jobs that can never succeed are put aside, and do not keep the worker from the others', async () => {
  const { id } = await stack.event();
  const [{ person, client }] = (await senders(3)) as [Sender];
  await withRedis(async (redis) => {
    for (const [index, name] of ['check-in', 'check-in', 'check-in', 'check-in', 'erase', 'erase'].entries()) {
      const jobId = `poison-${index}`;
      await redis.hset(queueKey(jobId), {
        name,
        data: JSON.stringify({ eventId: id }),
        opts: JSON.stringify({ attempts: 1_000_000, stackTraceLimit: 1 }),
        timestamp: Date.now(),
        delay: 0,
        priority: 0,
      });
      await redis.lpush(queueKey('wait'), jobId);
    }
  });
  await eventually(async () => expect(await checkIn(client, id, person)).toMatchObject({ status: 200 }));
  await withRedis(async (redis) => {
    await eventually(async () => expect(await redis.zcard(queueKey('failed'))).toBe(6));
    for (let index = 0; index < 6; index++)
      expect(Number(await redis.hget(queueKey(`poison-${index}`), 'attemptsMade'))).toBe(1);
  });
});

test('a worker that stands still in the middle of its work keeps nobody else out', async () => {
  const { id } = await stack.event();
  const all = await senders(30);
  const [worker] = stack.system.workers;
  const sending = all.map(({ person, client }) => checkIn(client, id, person));
  worker?.pause();
  try {
    // What it holds of the database it gives back by itself; without a worker the queue keeps the rest.
    const answers = await Promise.all(sending);
    expect(answers.filter(({ status }) => ![200, 202].includes(status))).toEqual([]);
    const [row] = await stack.database.query<{ open: string }[]>(
      "SELECT COUNT(*) AS open FROM information_schema.innodb_trx WHERE trx_state = 'RUNNING' AND trx_rows_modified > 0",
    );
    expect(Number(row?.open)).toBe(0);
  } finally {
    worker?.resume();
  }
  await eventually(async () => expect(await inTheDatabase(id)).toHaveLength(all.length));
});

describe('Redis is killed while students keep coming', () => {
  test('from the third second on 95 % are answered by the direct way, and all of them are rows', async () => {
    const { id } = await stack.event();
    const all = await senders(200);
    // Warm: what a process knows it need not look up.
    await Promise.all(all.slice(0, 20).map(({ person, client }) => checkIn(client, id, person)));
    const waiting = all.slice(20);
    await stack.servers.redis.kill();
    const killedAt = performance.now();
    const answers: { status: number; after: number; person: Person }[] = [];
    const work = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const { person, client } = next;
        const sentAfter = performance.now() - killedAt;
        const { status } = await checkIn(client, id, person);
        answers.push({ status, after: sentAfter, person });
        await new Promise((paced) => setTimeout(paced, 150));
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    await stack.servers.redis.start();
    const late = answers.filter(({ after }) => after > 3_000);
    expect(late.length).toBeGreaterThan(20);
    const good = late.filter(({ status }) => status === 200 || status === 202);
    expect(good.length / late.length).toBeGreaterThanOrEqual(0.95);
    const acknowledged = answers.filter(({ status }) => status < 300).map(({ person }) => person.id);
    await eventually(async () => expect(await inTheDatabase(id)).toEqual(expect.arrayContaining(acknowledged)));
    await eventually(async () =>
      expect(await checkIn(all[0]?.client ?? stack.client(), id, all[0]?.person as Person)).toMatchObject({
        status: 200,
      }),
    );
  });
});
