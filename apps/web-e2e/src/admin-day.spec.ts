import { expect, test } from '@playwright/test';
import type { AdminEvent, RosterReport, RosterStudent } from '@exco/contracts';
import { env } from './env.ts';
import { SwaggerUi } from './swagger-ui.ts';

const event = (id: number) => ({ eventId: id });
const one = '/api/admin/events/{eventId}';
const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const roster = [
  'username,displayName,className',
  'zoe.ui.7101,Zoë O’Neill,Desk 7B',
  'ada.ui.7102,"King, Ada",Desk 7B',
  'sum.ui.7103,=SUM(A1:A9),Desk 7B',
  'nodigits,Nobody,Desk 7B',
  '',
].join('\r\n');
const file = { type: 'text/csv', name: 'roster.csv', content: roster };

test('a whole day of an admin, from Swagger UI alone', async ({ page, request }) => {
  test.setTimeout(240_000);
  const ui = new SwaggerUi(page);
  await ui.open();

  const groups = await page
    .locator('.opblock-tag')
    .evaluateAll((all) => all.map((tag) => tag.getAttribute('data-tag') ?? ''));
  expect(groups.filter((name) => name.startsWith('Admins'))).toEqual([
    'Admins 1: the roster',
    'Admins 2: the event',
    'Admins 3: join links',
    'Admins 4: audit and corrections',
    'Admins 5: reports',
    'Admins 6: deletion and privacy',
    'Admins 7: operation',
  ]);

  // The roster: tried first, as the page proposes, then imported.
  const tried = (await ui.send('post', '/api/admin/roster', { file })).json as RosterReport;
  expect(tried).toMatchObject({
    dryRun: true,
    added: { users: 3, classes: 1 },
    refused: [{ line: 5, username: 'nodigits' }],
  });
  const imported = await ui.send('post', '/api/admin/roster', { file, query: { dryRun: 'false' } });
  expect(imported.json).toEqual({ ...tried, dryRun: false });

  const found = (await ui.send('get', '/api/admin/roster/students', { query: { search: 'ui.71' } }))
    .json as RosterStudent[];
  const idOf = (username: string) => found.find((student) => student.username === username)?.userId ?? 0;

  // The event: the example as it is, then opened now.
  const created = await ui.send('post', '/api/admin/events');
  expect(created.status).toBe('201');
  const { id, state } = created.json as AdminEvent;
  expect(state).toBe('scheduled');
  const opened = await ui.send('patch', one, { ...event(id), body: { opensAt: at(-10), startsAt: at(-5) } });
  expect(opened.json).toMatchObject({ state: 'live' });
  const refused = await ui.send('patch', one, {
    ...event(id),
    body: { streamUrl: 'http://elsewhere.example/x.m3u8' },
  });
  expect([refused.status, refused.json]).toMatchObject([
    '400',
    { code: 'BAD_REQUEST', details: [{ path: 'streamUrl' }] },
  ]);

  // Join links: one of them signs in.
  const links = await (await ui.send('post', `${one}/join-links`, event(id))).download?.();
  expect(links?.name).toBe(`join-links-${id}.csv`);
  const token = /^zoe\.ui\.7101,.*#(.+)$/m.exec(links?.text ?? '')?.[1]?.trim();
  expect((await request.post(`${env.baseUrl}/api/session`, { data: { token } })).status()).toBe(200);
  const checkIn = await request.post(`${env.baseUrl}/api/events/${id}/check-ins`, {
    data: {
      digits: '7101',
      classmates: [{ userId: idOf('ada.ui.7102'), digits: '7102' }],
      connection: { kbps: 4200, bytes: 196_608 },
    },
  });
  expect(checkIn.status()).toBe(200);

  // Put right by hand, and looked up.
  const reason = 'Seen in the hall';
  const corrected = await ui.send('post', `${one}/corrections`, {
    ...event(id),
    body: { userId: idOf('sum.ui.7103'), kind: 'check-in', reason },
  });
  expect([corrected.status, corrected.json]).toMatchObject(['201', { changed: true }]);
  await ui.send('post', `${one}/corrections`, {
    ...event(id),
    body: { userId: idOf('ada.ui.7102'), kind: 'revoke', reason },
  });
  const audit = (await ui.send('get', `${one}/audit`, event(id))).json as { outcome: string }[];
  expect(audit.map(({ outcome }) => outcome)).toEqual(['revoke', 'check-in', 'checked-in', 'checked-in']);

  // The end, and what is left of it on paper.
  expect((await ui.send('post', `${one}/end`, event(id))).json).toMatchObject({ state: 'ended' });
  expect((await ui.send('get', `${one}/summary`, event(id))).json).toMatchObject({
    counts: { checkedIn: 2, checkedOut: 0 },
  });
  const attendance = await (await ui.send('get', `${one}/attendance.csv`, event(id))).download?.();
  expect(attendance?.name).toBe(`attendance-${id}.csv`);
  expect(attendance?.text.startsWith('\ufeffuserId,username,displayName,')).toBe(true);
  expect(attendance?.text).toContain('zoe.ui.7101,Zoë O’Neill,Desk 7B,checked in,');
  expect(attendance?.text).toContain("sum.ui.7103,'=SUM(A1:A9),Desk 7B,checked in,");
  const absentees = await (await ui.send('get', `${one}/absentees.csv`, event(id))).download?.();
  expect(absentees?.text).toContain('ada.ui.7102,"King, Ada",Desk 7B,check-in revoked');
  const missing = await ui.send('get', one, event(999_999));
  expect([missing.status, missing.json]).toMatchObject(['404', { code: 'EVENT_NOT_FOUND' }]);
});
