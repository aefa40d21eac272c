import type { System } from '@exco/local-stack';
import { eventually, ReplicatedRedis } from '@exco/testing';
import { ApiClient } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { LiveConnection } from '../support/live-connection.ts';
import { TestStack, type Person } from '../support/test-stack.ts';

let stack: TestStack;
let redis: ReplicatedRedis;
let system: System;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());
beforeEach(async () => {
  redis = await ReplicatedRedis.bySentinel();
  system = await stack.anotherSystem({ redisUrl: redis.url });
});
afterEach(async () => {
  await system.stop();
  await redis.close();
});

interface Sender {
  person: Person;
  client: ApiClient;
}

async function senders(count: number): Promise<Sender[]> {
  const people = await stack.aClass(count);
  return Promise.all(
    people.map(async (person) => {
      const client = new ApiClient(system.url);
      await client.post('/api/session', { username: person.username });
      return { person, client };
    }),
  );
}

test('the master falls silent: check-ins go on, totals and their seq do not fall, and all go by the new master soon', async () => {
  const { id } = await stack.event();
  const [first, second, third] = (await senders(3)) as [Sender, Sender, Sender];
  const connection = await LiveConnection.open(first.client, id);
  expect(await checkIn(first.client, id, first.person)).toMatchObject({ status: 200 });
  await connection.untilCounts({ checkedIn: 1, watching: 1 });
  redis.master.process.pause();
  expect([200, 202]).toContain((await checkIn(second.client, id, second.person)).status);
  await eventually(async () => expect(await redis.askReplica((one) => one.role())).toContain('master'));
  await eventually(async () => expect(await checkIn(third.client, id, third.person)).toMatchObject({ status: 200 }));
  await connection.untilCounts({ checkedIn: 3, watching: 1 });
  const counts = connection.of('counts');
  for (const figure of ['seq', 'checkedIn'] as const) {
    const told = counts.map((one) => one[figure]);
    expect(told).toEqual([...told].sort((one, other) => one - other));
  }
  await connection.close();
});
