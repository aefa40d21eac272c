import { eventView } from '@exco/contracts';
import { nodeOptionsForClock } from '@exco/testing';
import { ApiClient } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { ownProcess } from '../support/own-process.ts';

const minute = 60_000;

const own = ownProcess({ NODE_OPTIONS: nodeOptionsForClock(5 * minute) });

test('a machine whose clock is five minutes ahead: says so, and tells the same state and writes the same times', async () => {
  const [ada, ben] = await own.stack.aClass(3);
  const soon = await own.stack.event('scheduled', { opensAt: new Date(Date.now() + 2 * minute) });
  const { id } = await own.stack.event('live');
  const client = new ApiClient(own.api.url);
  const ready = (await client.get('/health/ready')).json as { clockDifferenceMilliseconds: number };
  expect(Math.abs(ready.clockDifferenceMilliseconds + 5 * minute)).toBeLessThan(2_000);
  await client.post('/api/session', { username: ada.username });
  const view = (await client.get(`/api/events/${soon.id}`)).as(eventView);
  expect(view.state).toBe('scheduled');
  expect(Math.abs(Date.parse(view.serverTime) - Date.now())).toBeLessThan(minute);
  expect(await checkIn(client, soon.id, ada)).toMatchObject({ status: 409, json: { code: 'CHECK_IN_NOT_OPEN' } });
  expect(await checkIn(client, id, ada)).toMatchObject({ status: 200 });
  expect(await checkIn(await own.stack.signIn(ben), id, ben)).toMatchObject({ status: 200 });
  for (const { checkedInAt } of await own.stack.attendances(id))
    expect(Math.abs(checkedInAt.getTime() - Date.now())).toBeLessThan(minute);
  const admin = own.stack.adminAt(own.api.url);
  expect(await admin.post(`/api/admin/events/${id}/end`)).toMatchObject({ status: 200, json: { state: 'ended' } });
  expect((await client.get(`/api/events/${id}`)).as(eventView).state).toBe('ended');
});
