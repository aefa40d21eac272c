import { eventView } from '@exco/contracts';
import { AdminClient } from '../support/admin-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { BreakableStack } from '../support/own-stacks.ts';

let stack: BreakableStack;
beforeAll(async () => (stack = await BreakableStack.start()));
afterAll(() => stack.close());

test('searches of the audit that hang take no connection from students', async () => {
  const { id } = await stack.event('open');
  const [ada] = await stack.aClass(3);
  const visitor = await stack.signIn(ada);
  const admin = new AdminClient(stack.url(0));
  const locking = stack.database.createQueryRunner();
  await locking.query('LOCK TABLES audit_entries WRITE');
  const searches = Array.from({ length: 20 }, () => admin.send(`/api/admin/events/${id}/audit`));
  try {
    expect(await checkIn(visitor, id, ada)).toMatchObject({ status: 200 });
    const view = (await visitor.get(`/api/events/${id}`)).as(eventView);
    expect(view.attendance).toMatchObject({ committed: true });
  } finally {
    await locking.query('UNLOCK TABLES');
    await locking.release();
  }
  const answers = await Promise.all(searches);
  expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
});

test('on a server at +05:00 a revoked student stays out after a restart, and whoever leaves left now', async () => {
  await stack.database.query("SET GLOBAL time_zone = '+05:00'");
  const { id } = await stack.event('open');
  const [ada, ben, cleo] = await stack.aClass(3);
  const visitor = await stack.signIn(ada);
  await checkIn(visitor, id, ada);
  const admin = new AdminClient(stack.url(0));
  await admin.post(`/api/admin/events/${id}/corrections`, { userId: ada.id, kind: 'revoke', reason: 'Seen elsewhere' });
  await stack.system.apis[0]?.stop();
  await stack.system.apis[0]?.start();
  const restarted = await stack.signIn(ada);
  expect(await checkIn(restarted, id, ada)).toMatchObject({ status: 403, json: { code: 'CHECK_IN_REVOKED' } });
  const before = Date.now();
  const file = [ada, ben].map(({ username, displayName }) => `${username},${displayName},Rest`).join('\n');
  await new AdminClient(stack.url(0)).import(`username,displayName,className\n${file}\n`, '?mode=replace');
  const [row]: { leftAt: Date }[] = await stack.database.query('SELECT left_at AS leftAt FROM users WHERE id = ?', [
    cleo.id,
  ]);
  expect(Math.abs((row?.leftAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
});
