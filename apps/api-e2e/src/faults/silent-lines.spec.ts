import { eventually } from '@exco/testing';
import type { ApiClient } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { BreakableStack } from '../support/own-stacks.ts';
import type { Person } from '../support/test-stack.ts';

/** Connections that are open and never answer again; new ones work. Everything goes on within some seconds. */
let stack: BreakableStack;
let people: Person[];
let clients: ApiClient[];
let eventId: number;
beforeAll(async () => {
  stack = await BreakableStack.start();
  people = await stack.aClass(40);
  clients = await Promise.all(people.map((person) => stack.signIn(person)));
});
beforeEach(async () => ({ id: eventId } = await stack.event('live')));
afterAll(() => stack.close());

const send = (index: number) => checkIn(clients[index] as ApiClient, eventId, people[index] as Person);
const rows = async () => (await stack.attendances(eventId)).length;

/** Seconds: five, and what a machine that does much else needs. Without a deadline it would take 45 and more. */
const soon = 25;

test.each(['database', 'redis'] as const)('to the %s: check-ins are rows again, with 200', async (name) => {
  expect(await send(0)).toMatchObject({ status: 200 });
  const before = stack.lines[name].silenced;
  stack.lines[name].fallSilent();
  expect(stack.lines[name].silenced).toBeGreaterThan(before);
  const first = await Promise.all([1, 2, 3].map(send));
  const accepted = first.filter(({ status }) => status < 300).length;
  await eventually(async () => expect(await rows()).toBeGreaterThanOrEqual(1 + accepted), soon);
  await eventually(async () => expect(await send(4)).toMatchObject({ status: 200 }), soon);
  expect(await send(5)).toMatchObject({ status: 200 });
});

test('to the database: the host ends the event, and students are told', async () => {
  stack.lines.database.fallSilent();
  const end = () => stack.admin().post(`/api/admin/events/${eventId}/end`);
  await eventually(async () => expect(await end()).toMatchObject({ status: 200 }), soon);
  expect(await clients[0]?.get(`/api/events/${eventId}`)).toMatchObject({ json: { state: 'ended' } });
});

test('replies of the database are lost for a moment: no row twice, no entry of the audit twice', async () => {
  stack.lines.database.loseReplies(true);
  const sending = Promise.all([10, 11, 12, 13].map(send));
  await eventually(() => expect(stack.lines.database.repliesLost).toBeGreaterThan(4));
  stack.lines.database.loseReplies(false);
  const answers = await sending;
  for (const [index, answer] of answers.entries())
    if (answer.status >= 300)
      await eventually(async () => expect(await send(10 + index)).toMatchObject({ status: 200 }), soon);
  await eventually(async () => expect(await rows()).toBe(4), soon);
  expect(await stack.counter(eventId)).toEqual({ checkedIn: 4, checkedOut: 0 });
});

/** The last one of the file: nothing runs after it. The lines of the audit are silent, and stay so. */
test('told to stop meanwhile: every process ends by itself, and what the audit still has to write is written', async () => {
  for (const line of [stack.lines.database, stack.lines.redis]) line.fallSilent();
  await eventually(async () => expect([200, 202]).toContain((await send(20)).status), soon);
  const processes = [...stack.system.apis, ...stack.system.workers];
  await Promise.all(processes.map((one) => one.stop()));
  expect(processes.map(({ name, lastEnd }) => ({ name, lastEnd }))).toEqual(
    processes.map(({ name }) => ({ name, lastEnd: 'exit code 0' })),
  );
  const [entry] = await stack.database.query<{ outcomes: string }[]>(
    'SELECT GROUP_CONCAT(outcome) AS outcomes FROM audit_entries WHERE live_event_id = ? AND user_id = ?',
    [eventId, people[20]?.id],
  );
  expect(entry?.outcomes).toMatch(/checked-in|queued/);
}, 120_000);
