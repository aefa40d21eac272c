import { eventually } from '@exco/testing';
import { checkIn, checkInOf, checkOut, wrongFor } from './attendance-requests.ts';
import { House, type Person } from './house.ts';
import { LiveConnection } from './live-connection.ts';
import type { Visitor } from './visitor.ts';

let house: House;
beforeAll(async () => (house = await House.open()));
afterAll(() => house.close());

/** The username, or the digits as a word of their own. */
function tells(text: string, { username, digits }: Person): boolean {
  return text.includes(username) || new RegExp(`(?<![0-9A-Za-z])${digits}(?![0-9A-Za-z])`).test(text);
}

function expectNothingOfOthers(visitor: Visitor, me: Person, everybody: Person[]): void {
  expect(visitor.heard.length).toBeGreaterThan(5);
  for (const text of visitor.heard)
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
  const people = await house.aClass(8);
  const strangers = await house.aClass(3);
  const [ada, ben, cleo, dora] = people as [Person, Person, Person, Person];
  const everybody = [...people, ...strangers];
  const { id } = await house.event('live');
  const [adas, bens, cleos] = [await house.signIn(ada), await house.signIn(ben), await house.signIn(cleo)];
  const connections = await Promise.all([adas, bens, cleos].map((visitor) => LiveConnection.open(visitor, id)));
  const digitChecks = `/api/events/${id}/digit-checks`;
  for (const visitor of [adas, bens, cleos]) {
    for (const path of ['/api/session', '/api/events', `/api/events/${id}`, `/api/events/${id}/classmates`])
      await visitor.get(path);
  }
  await adas.post(digitChecks, { userId: ben.id, digits: ben.digits });
  for (let attempt = 0; attempt < 6; attempt++)
    await adas.post(digitChecks, { userId: dora.id, digits: wrongFor(dora) });
  await adas.post(digitChecks, { userId: dora.id, digits: Number(dora.digits) });
  await adas.post(digitChecks, { userId: strangers[0].id, digits: strangers[0].digits });
  await adas.post(`/api/events/${id}/check-ins`, { ...checkInOf(ada, [dora]), digits: dora.digits });
  await adas.post(`/api/events/${id}/check-ins`, { ...checkInOf(ada, [dora, dora]), unknown: dora.username });
  await adas.send('post', `/api/events/${id}/check-ins`, `{"digits":"${dora.digits}",`);
  await checkIn(cleos, id, cleo);
  await checkIn(adas, id, ada, [ben, cleo, dora, strangers[0]]);
  for (const visitor of [adas, bens, cleos])
    for (const path of ['', '/classmates', '/stream', '/check-outs']) await visitor.get(`/api/events/${id}${path}`);
  await house.system.workers[0]?.stop();
  const late = people[5] as Person;
  const lates = await house.signIn(late);
  await checkIn(lates, id, late, [people[6] as Person]);
  for (const path of ['', '/classmates', '/stream', '/check-outs']) await lates.get(`/api/events/${id}${path}`);
  await house.system.workers[0]?.start();
  await house.endEvent(id);
  await checkOut(adas, id, [ada, ben, cleo]);
  await adas.get(`/api/events/${id}/check-outs`);
  await checkOut(lates, id, [late, people[6] as Person]);
  await eventually(() => expect(connections[1]?.of('attendance').length).toBeGreaterThan(1));
  for (const connection of connections) await connection.untilCounts({ checkedOut: 4 });

  for (const [visitor, me] of [
    [adas, ada],
    [bens, ben],
    [cleos, cleo],
    [lates, late],
  ] as const)
    expectNothingOfOthers(visitor, me, everybody);
  for (const connection of connections) await connection.close();
  const [gone] = await house.aClass(3);
  const visitor = await house.signIn(gone);
  await house.database.query('DELETE FROM users WHERE id = ?', [gone.id]);
  await checkIn(visitor, id, gone);
  const log = house.logs();
  expect([...everybody, gone].filter((person) => tells(log, person))).toEqual([]);
});
