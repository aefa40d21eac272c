import { eventually } from '@exco/testing';
import { checkIn, checkInOf, checkOut, wrongFor } from './support/attendance-requests.ts';
import { IsolatedStack } from './support/own-stacks.ts';
import type { Person } from './support/test-stack.ts';
import { LiveConnection } from './support/live-connection.ts';
import type { ApiClient } from './support/api-client.ts';

let stack: IsolatedStack;
beforeAll(async () => (stack = await IsolatedStack.start()));
afterAll(() => stack.close());

/** The username, or the digits as a word of their own. */
function tells(text: string, { username, digits }: Person): boolean {
  return text.includes(username) || new RegExp(`(?<![0-9A-Za-z])${digits}(?![0-9A-Za-z])`).test(text);
}

function expectNothingOfOthers(client: ApiClient, me: Person, everybody: Person[]): void {
  expect(client.heard.length).toBeGreaterThan(5);
  for (const text of client.heard)
    expect(
      everybody.filter((person) => person.id !== me.id && tells(text, person)).map(({ username }) => [username, text]),
    ).toEqual([]);
}

test('what is looked for here would be found', () => {
  const person: Person = { id: 7, username: 'pupil.7.3007', digits: '3007', displayName: 'Zoë' };
  expect(tells('{"results":[{"digits":"3007"}]}', person)).toBe(true);
  expect(tells('{"digits":3007}', person)).toBe(true);
  expect(tells('{"of":"pupil.7.3007"}', person)).toBe(true);
  expect(tells('{"checkedInAt":1763853007123,"serverTime":"2026-11-22T09:00:00.300Z"}', person)).toBe(false);
});

test('no answer, frame or log of a whole journey holds the username or the digits of anybody else', async () => {
  const people = await stack.aClass(8);
  const strangers = await stack.aClass(3);
  const [ada, ben, cleo, dora] = people as [Person, Person, Person, Person];
  const everybody = [...people, ...strangers];
  const { id } = await stack.event('live');
  const [adaClient, benClient, cleoClient] = [
    await stack.signIn(ada),
    await stack.signIn(ben),
    await stack.signIn(cleo),
  ];
  const connections = await Promise.all(
    [adaClient, benClient, cleoClient].map((client) => LiveConnection.open(client, id)),
  );
  const digitChecks = `/api/events/${id}/digit-checks`;
  for (const client of [adaClient, benClient, cleoClient]) {
    for (const path of ['/api/session', '/api/events', `/api/events/${id}`, `/api/events/${id}/classmates`])
      await client.get(path);
  }
  await adaClient.post(digitChecks, { userId: ben.id, digits: ben.digits });
  for (let attempt = 0; attempt < 6; attempt++)
    await adaClient.post(digitChecks, { userId: dora.id, digits: wrongFor(dora) });
  await adaClient.post(digitChecks, { userId: dora.id, digits: Number(dora.digits) });
  await adaClient.post(digitChecks, { userId: strangers[0].id, digits: strangers[0].digits });
  await adaClient.post(`/api/events/${id}/check-ins`, { ...checkInOf(ada, [dora]), digits: dora.digits });
  await adaClient.post(`/api/events/${id}/check-ins`, { ...checkInOf(ada, [dora, dora]), unknown: dora.username });
  await adaClient.send('post', `/api/events/${id}/check-ins`, `{"digits":"${dora.digits}",`);
  await checkIn(cleoClient, id, cleo);
  await checkIn(adaClient, id, ada, [ben, cleo, dora, strangers[0]]);
  for (const client of [adaClient, benClient, cleoClient])
    for (const path of ['', '/classmates', '/stream', '/check-outs']) await client.get(`/api/events/${id}${path}`);
  await stack.system.workers[0]?.stop();
  const late = people[5] as Person;
  const lateClient = await stack.signIn(late);
  await checkIn(lateClient, id, late, [people[6] as Person]);
  for (const path of ['', '/classmates', '/stream', '/check-outs']) await lateClient.get(`/api/events/${id}${path}`);
  await stack.system.workers[0]?.start();
  await stack.endEvent(id);
  await checkOut(adaClient, id, [ada, ben, cleo]);
  await adaClient.get(`/api/events/${id}/check-outs`);
  await checkOut(lateClient, id, [late, people[6] as Person]);
  await eventually(() => expect(connections[1]?.of('attendance').length).toBeGreaterThan(1));
  for (const connection of connections) await connection.untilCounts({ checkedOut: 4 });

  for (const [client, me] of [
    [adaClient, ada],
    [benClient, ben],
    [cleoClient, cleo],
    [lateClient, late],
  ] as const)
    expectNothingOfOthers(client, me, everybody);
  for (const connection of connections) await connection.close();
  const [gone] = await stack.aClass(3);
  const client = await stack.signIn(gone);
  await stack.database.query('DELETE FROM users WHERE id = ?', [gone.id]);
  await checkIn(client, id, gone);
  const log = stack.logs();
  expect([...everybody, gone].filter((person) => tells(log, person))).toEqual([]);
});
