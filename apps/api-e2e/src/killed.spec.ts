import { checkInCommitted } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn } from './attendance-requests.ts';
import { batchesAtWork } from './batches-at-work.ts';
import { House, type Person } from './house.ts';
import type { Visitor } from './visitor.ts';

let house: House;
beforeAll(async () => (house = await House.open({ apis: 2 })));
afterAll(() => house.close());

interface Sender {
  person: Person;
  visitor: Visitor;
}

async function senders(count: number): Promise<Sender[]> {
  const people = await house.aClass(count);
  return Promise.all(people.map(async (person, index) => ({ person, visitor: await house.signIn(person, index % 2) })));
}

/** Every 200 and 202 has its row, every row a request that was sent, and the counter is their number. */
async function expectNothingLostOrDoubled(eventId: number, answered: Person[], sent: Person[]): Promise<void> {
  await eventually(async () => {
    const there = new Set((await house.attendances(eventId)).map(({ userId }) => userId));
    expect(answered.filter(({ id }) => !there.has(id))).toEqual([]);
  }, 50);
  const rows = await house.attendances(eventId);
  const asked = new Set(sent.map(({ id }) => id));
  expect(rows.filter(({ userId }) => !asked.has(userId))).toEqual([]);
  expect(await house.counter(eventId)).toEqual({ checkedIn: rows.length, checkedOut: 0 });
}

/** Sends one after the other from each of several hands, until all are answered or the hand lost its server. */
async function flood(
  eventId: number,
  all: Sender[],
  hands: number,
  during: (answered: number) => Promise<void>,
): Promise<Person[]> {
  const waiting = [...all];
  const answered: Person[] = [];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { person, visitor } = next;
      const answer = await checkIn(visitor, eventId, person).catch(() => null);
      if (answer && [200, 202].includes(answer.status)) answered.push(person);
      await during(answered.length);
    }
  };
  await Promise.all(Array.from({ length: hands }, work));
  return answered;
}

const once = (act: () => Promise<unknown>) => {
  let done: Promise<unknown> | null = null;
  return () => (done ??= act());
};

/** Waits until a worker has the batch in its hands, and tells which. */
const holder = () =>
  eventually(async () => {
    const [token] = await batchesAtWork(house.stack.redisUrl);
    if (!token) throw new Error('no worker holds a batch');
    return token;
  });

test('two workers after each other are killed with the same batch in their hands: it is not given up', async () => {
  const [worker] = house.system.workers;
  const { id } = await house.event();
  const [{ person, visitor }] = (await senders(3)) as [Sender];
  house.stack.database.pause();
  expect(await checkIn(visitor, id, person)).toMatchObject({ status: 202 });
  const first = await holder();
  await worker?.kill();
  house.stack.database.resume();
  expect(await house.attendances(id)).toEqual([]);
  await worker?.start();
  house.stack.database.pause();
  await eventually(async () => expect(await holder()).not.toBe(first));
  await worker?.kill();
  house.stack.database.resume();
  expect(await house.attendances(id)).toEqual([]);
  await worker?.start();
  await expectNothingLostOrDoubled(id, [person], [person]);
});

test('the worker is killed in the middle of a flood', async () => {
  const { id } = await house.event();
  const all = await senders(150);
  const [worker] = house.system.workers;
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
  const { id } = await house.event();
  const all = await senders(150);
  const [, killed] = house.system.apis;
  const kill = once(async () => killed?.kill());
  const answered = await flood(id, all, 10, async (count) => {
    if (count > 60) await kill();
  });
  expect(killed?.running).toBe(false);
  expect(answered.length).toBeGreaterThan(75);
  await expectNothingLostOrDoubled(
    id,
    answered,
    all.map(({ person }) => person),
  );
  await killed?.start();
  // Whoever was not answered tries again, as the page does.
  for (const { person, visitor } of all.filter((sender) => !answered.includes(sender.person)))
    await eventually(async () => expect(await checkIn(visitor, id, person)).toMatchObject({ status: 200 }));
  expect(await house.counter(id)).toEqual({ checkedIn: 150, checkedOut: 0 });
});

test('everything is killed and started again: rows, sessions, what was queued, and what a 200 said', async () => {
  const { id } = await house.event('live');
  const [{ person: ada, visitor: adas }, { person: ben, visitor: bens }] = (await senders(3)) as [Sender, Sender];
  const { apis, workers } = house.system;
  const { database, redis } = house.stack;
  const said = await checkIn(adas, id, ada);
  expect(said.status).toBe(200);
  await workers[0]?.stop();
  expect(await checkIn(bens, id, ben)).toMatchObject({ status: 202 });
  for (const one of [...apis, redis, database]) await one.kill();
  for (const one of [database, redis, ...apis, ...workers]) await one.start();
  expect(await adas.get('/api/session')).toMatchObject({ status: 200 });
  expect(await bens.get(`/api/events/${id}/stream`)).toMatchObject({ status: 200 });
  await eventually(async () => expect(await house.attendances(id)).toHaveLength(2));
  const again = await eventually(async () => {
    const answer = await checkIn(adas, id, ada);
    expect(answer.status).toBe(200);
    return answer;
  });
  expect(again.as(checkInCommitted)).toEqual(said.json);
  expect(await adas.get(`/api/events/${id}`)).toMatchObject({ json: { counts: { checkedIn: 2, checkedOut: 0 } } });
  expect(await house.counter(id)).toEqual({ checkedIn: 2, checkedOut: 0 });
});
