import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkInCommitted } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn } from '../support/attendance-requests.ts';
import { activeJobTokens } from '../support/active-jobs.ts';
import { BreakableStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';
import type { ApiClient } from '../support/api-client.ts';

let stack: BreakableStack;
const compiled = mkdtempSync(join(tmpdir(), 'exco-compiled-'));
beforeAll(async () => (stack = await BreakableStack.start({ apis: 2, env: { NODE_COMPILE_CACHE: compiled } })));
afterAll(async () => {
  await stack.close();
  rmSync(compiled, { recursive: true });
});

interface Sender {
  person: Person;
  client: ApiClient;
}

async function senders(count: number): Promise<Sender[]> {
  const people = await stack.aClass(count);
  return Promise.all(people.map(async (person, index) => ({ person, client: await stack.signIn(person, index % 2) })));
}

/** Every 200 and 202 has its row, every row a request that was sent, and the counter is their number. */
async function expectNothingLostOrDoubled(eventId: number, answered: Person[], sent: Person[]): Promise<void> {
  await eventually(async () => {
    const there = new Set((await stack.attendances(eventId)).map(({ userId }) => userId));
    expect(answered.filter(({ id }) => !there.has(id))).toEqual([]);
  }, 50);
  const rows = await stack.attendances(eventId);
  const asked = new Set(sent.map(({ id }) => id));
  expect(rows.filter(({ userId }) => !asked.has(userId))).toEqual([]);
  expect(await stack.counter(eventId)).toEqual({ checkedIn: rows.length, checkedOut: 0 });
}

/** Sends one after the other from each of several concurrent loops, until all are answered or the server is gone. */
async function flood(
  eventId: number,
  all: Sender[],
  senderCount: number,
  during: (answered: number) => Promise<void>,
): Promise<Person[]> {
  const waiting = [...all];
  const answered: Person[] = [];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { person, client } = next;
      const answer = await checkIn(client, eventId, person).catch(() => null);
      if (answer && [200, 202].includes(answer.status)) answered.push(person);
      await during(answered.length);
    }
  };
  await Promise.all(Array.from({ length: senderCount }, work));
  return answered;
}

const once = (act: () => Promise<unknown>) => {
  let done: Promise<unknown> | null = null;
  return () => (done ??= act());
};

/** Waits until a worker holds the lock of a batch; gives its token. */
const holder = () =>
  eventually(async () => {
    const [token] = await activeJobTokens(stack.servers.redisUrl);
    if (!token) throw new Error('no worker holds a batch');
    return token;
  });

test('two workers after each other are killed while they hold the same batch: it is not given up', async () => {
  const [worker] = stack.system.workers;
  const { id } = await stack.event();
  const [{ person, client }] = (await senders(3)) as [Sender];
  stack.servers.database.pause();
  expect(await checkIn(client, id, person)).toMatchObject({ status: 202 });
  const first = await holder();
  await worker?.kill();
  stack.servers.database.resume();
  expect(await stack.attendances(id)).toEqual([]);
  await worker?.start();
  stack.servers.database.pause();
  await eventually(async () => expect(await holder()).not.toBe(first));
  await worker?.kill();
  stack.servers.database.resume();
  expect(await stack.attendances(id)).toEqual([]);
  await worker?.start();
  await expectNothingLostOrDoubled(id, [person], [person]);
});

test('the worker is killed in the middle of a flood', async () => {
  const { id } = await stack.event();
  const all = await senders(150);
  const [worker] = stack.system.workers;
  const kill = once(async () => {
    await worker?.kill();
    await worker?.start();
  });
  const answered = await flood(id, all, 10, async (count) => {
    if (count > 60) await kill();
  });
  expect(answered).toHaveLength(150);
  await expectNothingLostOrDoubled(
    id,
    answered,
    all.map(({ person }) => person),
  );
});

test('an API process is killed in the middle of a flood: whoever it answered is there, the other goes on', async () => {
  const { id } = await stack.event();
  const all = await senders(150);
  const [, killed] = stack.system.apis;
  const kill = once(async () => killed?.kill());
  const answered = await flood(id, all, 10, async (count) => {
    if (count > 60) await kill();
  });
  expect(killed?.running).toBe(false);
  // Nobody has come to an orderly end, and the next start finds what was compiled.
  const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(100);
  expect(answered.length).toBeGreaterThan(75);
  await expectNothingLostOrDoubled(
    id,
    answered,
    all.map(({ person }) => person),
  );
  await killed?.start();
  // Whoever was not answered tries again, as the page does.
  for (const { person, client } of all.filter((sender) => !answered.includes(sender.person)))
    await eventually(async () => expect(await checkIn(client, id, person)).toMatchObject({ status: 200 }));
  expect(await stack.counter(id)).toEqual({ checkedIn: 150, checkedOut: 0 });
});

test('everything is killed and started again: rows, sessions, what was queued, and what a 200 said', async () => {
  const { id } = await stack.event('live');
  const [{ person: ada, client: adaClient }, { person: ben, client: benClient }] = (await senders(3)) as [
    Sender,
    Sender,
  ];
  const { apis, workers } = stack.system;
  const { database, redis } = stack.servers;
  const said = await checkIn(adaClient, id, ada);
  expect(said.status).toBe(200);
  await workers[0]?.stop();
  expect(await checkIn(benClient, id, ben)).toMatchObject({ status: 202 });
  for (const one of [...apis, redis, database]) await one.kill();
  for (const one of [database, redis, ...apis, ...workers]) await one.start();
  expect(await adaClient.get('/api/session')).toMatchObject({ status: 200 });
  expect(await benClient.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
  await eventually(async () => expect(await stack.attendances(id)).toHaveLength(2));
  const again = await eventually(async () => {
    const answer = await checkIn(adaClient, id, ada);
    expect(answer.status).toBe(200);
    return answer;
  });
  expect(again.as(checkInCommitted)).toEqual(said.json);
  expect(await adaClient.get(`/api/events/${id}`)).toMatchObject({ json: { counts: { checkedIn: 2, checkedOut: 0 } } });
  expect(await stack.counter(id)).toEqual({ checkedIn: 2, checkedOut: 0 });
});
