import { checkInCommitted } from '@exco/contracts';
import { checkIn, checkInOf, checkOut, wrongFor } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';

/* Nobody who only makes mistakes, or is one of many, meets a limit. All of this comes from one address. */

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

test('a class of thirty: each types the digits of all the others, a tenth of them wrong at first', async () => {
  const { id } = await stack.event();
  const everybody = await stack.aClass(30);
  const outcomes: string[] = [];
  const met = await Promise.all(
    everybody.map(async (me, mine) => {
      const client = await stack.signIn(me, mine % stack.urls.length);
      const checks = everybody
        .filter((one) => one !== me)
        .map((one, index) => ({ userId: one.id, digits: (index + mine) % 10 ? one.digits : wrongFor(one) }));
      const right = everybody.filter((one) => one !== me).map((one) => ({ userId: one.id, digits: one.digits }));
      const answers = [
        await client.post(`/api/events/${id}/digit-checks`, { checks }),
        await client.post(`/api/events/${id}/digit-checks`, { checks: right }),
        await checkIn(client, id, me),
      ];
      for (const { json } of answers)
        for (const { outcome } of (json as { results: { outcome: string }[] }).results) outcomes.push(outcome);
      return answers.map(({ status }) => status);
    }),
  );
  expect(met.flat().filter((status) => status !== 200)).toEqual([]);
  expect(outcomes.filter((outcome) => outcome === 'wrong-digits').length).toBeGreaterThan(80);
  expect(outcomes).not.toContain('locked');
});

test('a student who mistypes four times, the username and the digits', async () => {
  const { id } = await stack.event();
  const [ada] = await stack.aClass(3);
  const client = stack.client();
  for (const end of ['0000', '0001', '000x', '0010'])
    expect(await client.post('/api/session', { username: `${ada.username.slice(0, -4)}${end}` })).toMatchObject({
      status: 401,
    });
  expect(await client.post('/api/session', { username: ada.username })).toMatchObject({ status: 200 });
  for (let time = 0; time < 4; time++)
    expect(await checkIn(client, id, { ...ada, digits: wrongFor(ada) })).toMatchObject({
      status: 422,
      json: { code: 'WRONG_DIGITS' },
    });
  expect(await checkIn(client, id, ada)).toMatchObject({ status: 200 });
});

test('a school behind one address: three hundred sign in, test their line and check in, all at once', async () => {
  const { id } = await stack.event();
  const everybody: Person[] = await stack.aClass(300);
  const statuses = await Promise.all(
    everybody.map(async (me, index) => {
      const client = await stack.signIn(me, index % stack.urls.length);
      const answers = [await client.get(`/api/connection-test/${index % 3 ? 64 : 256}`), await checkIn(client, id, me)];
      return answers.map(({ status }) => status);
    }),
  );
  expect(statuses.flat().filter((status) => status !== 200 && status !== 202)).toEqual([]);
}, 120_000);

test('whoever brings two hundred classmates, loads the page again and again, and checks them all out', async () => {
  const { id } = await stack.event('live');
  const [ada, ...others] = await stack.aClass(201);
  const client = await stack.signIn(ada);
  const request = checkInOf(ada, others);
  for (let time = 0; time < 2; time++)
    expect((await client.post(`/api/events/${id}/check-ins`, request)).as(checkInCommitted).results).toHaveLength(201);
  for (let time = 0; time < 50; time++)
    for (const path of ['/api/session?event=current', `/api/events/${id}`, `/api/events/${id}/classmates`])
      expect(await client.get(path)).toMatchObject({ status: 200 });
  await stack.endEvent(id);
  for (let time = 0; time < 2; time++)
    expect(await checkOut(client, id, [ada, ...others])).toMatchObject({ status: 200 });
}, 120_000);
