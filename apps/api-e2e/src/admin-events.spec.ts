import { z } from 'zod';
import { adminEvent, eventView, summary } from '@exco/contracts';
import { aLiveEvent, aStudent } from '@exco/testing';
import { checkIn, checkOut } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

const inTimes = (times: object) => JSON.parse(JSON.stringify(times)) as Record<string, string>;
const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

test.each([
  ['none', {}],
  ['a wrong one', { authorization: 'Bearer guessed' }],
  ['an empty one', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${Buffer.from('an admin token for the tests').toString('base64')}` }],
])('the admin token: %s', async (_, headers: { authorization?: string }) => {
  const { id } = await stack.event();
  const nobody = stack.admin(0, headers.authorization?.replace(/^Bearer /, ''));
  if (!headers.authorization) nobody.forgetCookies();
  const caller = headers.authorization ? nobody : stack.client();
  const refusal = { status: 401, json: { code: 'ADMIN_TOKEN_REQUIRED' } };
  for (const path of ['', `/${id}`, `/${id}/summary`])
    expect(await caller.get(`/api/admin/events${path}`)).toMatchObject(refusal);
  expect(await caller.post('/api/admin/events', aLiveEvent())).toMatchObject(refusal);
  expect(await caller.post(`/api/admin/events/${id}/end`)).toMatchObject(refusal);
  expect(await caller.patch(`/api/admin/events/${id}`, { title: 'Mine' })).toMatchObject(refusal);
  expect((await stack.admin().get(`/api/admin/events/${id}`)).as(adminEvent)).toMatchObject({
    title: 'Winter assembly',
    state: 'open',
  });
});

test('a student’s session is no admin’s', async () => {
  const [ada] = await stack.aClass(3);
  expect(await (await stack.signIn(ada)).get('/api/admin/events')).toMatchObject({
    status: 401,
    json: { code: 'ADMIN_TOKEN_REQUIRED' },
  });
});

test('either of two tokens, so that one can be rotated', async () => {
  expect(await stack.admin(0, 'an older admin token').get('/api/admin/events')).toMatchObject({ status: 200 });
});

test('created, read and listed', async () => {
  const given = inTimes(
    aLiveEvent('open', { title: '  Frühling  ', fallbackStreamUrl: 'https://b.example/x.m3u8', minimumKbps: 900 }),
  );
  const answer = await stack.admin().post('/api/admin/events', given);
  expect(answer.status).toBe(201);
  const event = answer.as(adminEvent.strict());
  expect(event).toMatchObject({
    ...given,
    title: 'Frühling',
    state: 'open',
    preparesAt: new Date(Date.parse(String(given.opensAt)) - 15 * 60_000).toISOString(),
    counts: { checkedIn: 0, checkedOut: 0, watching: 0 },
  });
  const { serverTime: _, ...same } = event;
  expect(await stack.admin().get(`/api/admin/events/${event.id}`)).toMatchObject({ status: 200, json: same });
  const all = (await stack.admin().get('/api/admin/events')).as(z.array(adminEvent));
  expect(all.find(({ id }) => id === event.id)).toMatchObject(same);
  const [ada] = await stack.aClass(3);
  const seen = await (await stack.signIn(ada)).get(`/api/events/${event.id}`);
  expect(seen.as(eventView)).toMatchObject({ title: 'Frühling', minimumKbps: 900 });
  // Where the stream is, only who is checked in may know.
  expect(seen.text).not.toContain('example');
});

test('what is left out has a default; times may carry an offset', async () => {
  const { title } = aLiveEvent();
  const times = {
    opensAt: '2031-01-01T10:00:00+02:00',
    startsAt: '2031-01-01T08:00:00Z',
    endsAt: '2031-01-01T09:00:00.5Z',
    closesAt: at(9_999_999),
  };
  const event = (await stack.admin().post('/api/admin/events', { title, ...times })).as(adminEvent);
  expect(event).toMatchObject({
    streamUrl: '/demo-stream/live.m3u8',
    fallbackStreamUrl: null,
    minimumKbps: 500,
    opensAt: '2031-01-01T08:00:00.000Z',
    endsAt: '2031-01-01T09:00:00.500Z',
    state: 'scheduled',
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['no title', { title: ' ' }, 'title'],
  ['a title beyond all length', { title: 'x'.repeat(201) }, 'title'],
  ['a stream that is no address', { streamUrl: 'live' }, 'streamUrl'],
  ['a script as a stream', { streamUrl: 'javascript:alert(1)' }, 'streamUrl'],
  ['a stream in the clear', { streamUrl: 'http://stream.example/live.m3u8' }, 'streamUrl'],
  ['a stream with a password', { streamUrl: 'https://me:secret@stream.example/live.m3u8' }, 'streamUrl'],
  ['an end before the start', { endsAt: at(-30) }, 'endsAt'],
  ['a start before the opening', { startsAt: at(-60) }, 'startsAt'],
  ['a close before the end', { closesAt: at(1) }, 'closesAt'],
  ['a time that is none', { opensAt: 'tomorrow' }, 'opensAt'],
  ['a day that is none', { opensAt: '2026-02-30T10:00:00Z' }, 'opensAt'],
  ['a speed below zero', { minimumKbps: -1 }, 'minimumKbps'],
  ['half a kbps', { minimumKbps: 0.5 }, 'minimumKbps'],
])('refused: %s', async (_, fault, path) => {
  const admin = stack.admin();
  const before = (await admin.get('/api/admin/events')).as(z.array(adminEvent)).length;
  const refusal = { status: 400, json: { code: 'BAD_REQUEST', details: [{ path }] } };
  expect(await admin.post('/api/admin/events', { ...inTimes(aLiveEvent('live')), ...fault })).toMatchObject(refusal);
  expect((await admin.get('/api/admin/events')).as(z.array(adminEvent))).toHaveLength(before);
  const { id, serverTime: _time, ...event } = await stack.event('live');
  expect(await admin.patch(`/api/admin/events/${id}`, fault)).toMatchObject(refusal);
  expect((await admin.get(`/api/admin/events/${id}`)).as(adminEvent)).toMatchObject(event);
});

test('unknown fields are refused, and an event that is not there', async () => {
  const admin = stack.admin();
  const { id } = await stack.event();
  expect(await admin.post('/api/admin/events', { ...aLiveEvent(), state: 'live' })).toMatchObject({
    status: 400,
    json: { code: 'BAD_REQUEST' },
  });
  expect(await admin.patch(`/api/admin/events/${id}`, { id: 7 })).toMatchObject({
    status: 400,
    json: { code: 'BAD_REQUEST' },
  });
  const refusal = { status: 404, json: { code: 'EVENT_NOT_FOUND' } };
  expect(await admin.get('/api/admin/events/999999')).toMatchObject(refusal);
  expect(await admin.get('/api/admin/events/999999/summary')).toMatchObject(refusal);
  expect(await admin.patch('/api/admin/events/999999', { title: 'x' })).toMatchObject(refusal);
  expect(await admin.post('/api/admin/events/999999/end')).toMatchObject(refusal);
});

test('changed: some fields, the others stay; a check-in already made stays too', async () => {
  const { id, serverTime: _, ...event } = await stack.event('live');
  const [ada] = await stack.aClass(3);
  await checkIn(await stack.signIn(ada), id, ada);
  const change = {
    title: 'Extended',
    endsAt: at(200),
    closesAt: at(300),
    fallbackStreamUrl: 'https://c.example/x.m3u8',
  };
  const answer = await stack.admin().patch(`/api/admin/events/${id}`, change);
  expect([answer.status, answer.as(adminEvent)]).toMatchObject([
    200,
    { ...event, ...change, counts: expect.anything() as object, revision: expect.any(Number) as number },
  ]);
  expect(await stack.admin().patch(`/api/admin/events/${id}`, {})).toMatchObject({
    status: 200,
    json: { title: 'Extended' },
  });
  expect(await stack.attendances(id)).toHaveLength(1);
});

test('ended by the host: the end is now, once and for all', async () => {
  const { id } = await stack.event('live');
  const before = Date.now();
  const answer = await stack.admin().post(`/api/admin/events/${id}/end`);
  expect(answer.status).toBe(200);
  const ended = answer.as(adminEvent);
  expect(ended.state).toBe('ended');
  expect(Date.parse(ended.endsAt)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(ended.endsAt)).toBeLessThanOrEqual(Date.now());
  // As many clients send it: the content type of JSON, and no body.
  const again = await stack.admin().send('post', `/api/admin/events/${id}/end`, '');
  expect([again.status, again.as(adminEvent).endsAt]).toEqual([200, ended.endsAt]);
  const early = await stack.event('scheduled');
  expect((await stack.admin().post(`/api/admin/events/${early.id}/end`)).as(adminEvent).state).toBe('ended');
});

test('ended before its start, an event can still be changed', async () => {
  const { id } = await stack.event('scheduled');
  await stack.endEvent(id);
  const closesAt = new Date(Date.now() + 9_000_000).toISOString();
  expect(await stack.admin().patch(`/api/admin/events/${id}`, { title: 'Cancelled', closesAt })).toMatchObject({
    status: 200,
    json: { title: 'Cancelled', closesAt, state: 'ended' },
  });
  const endsAt = new Date(Date.now() - 60_000).toISOString();
  expect(await stack.admin().patch(`/api/admin/events/${id}`, { endsAt })).toMatchObject({
    status: 400,
    json: { details: [{ path: 'endsAt' }] },
  });
});

test('two changes at once, each right by itself, never leave times out of order', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, startsAt, endsAt } = await stack.event('scheduled');
    const [start, end] = [Date.parse(startsAt), Date.parse(endsAt)];
    const moved = (time: number) => new Date(time).toISOString();
    const change = (fields: object) => stack.admin().patch(`/api/admin/events/${id}`, fields);
    const middle = (start + end) / 2;
    const answers = await Promise.all([
      change({ startsAt: moved(middle + 60_000) }),
      change({ endsAt: moved(middle - 60_000) }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const now = (await stack.admin().get(`/api/admin/events/${id}`)).as(adminEvent);
    expect(Date.parse(now.startsAt)).toBeLessThan(Date.parse(now.endsAt));
  }
});

test('when pages begin to prepare: settable, back to its default with null, never after the opening', async () => {
  const { id, opensAt } = await stack.event('scheduled');
  const patch = (preparesAt: string | null) => stack.admin().patch(`/api/admin/events/${id}`, { preparesAt });
  const before = (minutes: number) => new Date(Date.parse(opensAt) - minutes * 60_000).toISOString();
  expect(await patch(before(40))).toMatchObject({ status: 200, json: { preparesAt: before(40) } });
  expect(await patch(before(-1))).toMatchObject({ status: 400, json: { details: [{ path: 'preparesAt' }] } });
  expect(await patch(null)).toMatchObject({ status: 200, json: { preparesAt: before(15) } });
});

test('the summary: in all and by class; somebody in two classes counts in both, in all once', async () => {
  const [ada, ben] = (await stack.enroll([aStudent({ className: 'S 2' }), aStudent({ className: 'S 10' })])) as [
    Person,
    Person,
  ];
  await stack.enroll([{ username: ada.username, displayName: ada.displayName, className: 'S 10' }]);
  const { id } = await stack.event('live');
  const [adaClient, benClient] = [await stack.signIn(ada), await stack.signIn(ben)];
  await checkIn(adaClient, id, ada);
  await checkIn(benClient, id, ben);
  await stack.endEvent(id);
  await checkOut(adaClient, id, [ada]);
  const answer = await stack.admin().get(`/api/admin/events/${id}/summary`);
  expect(answer.status).toBe(200);
  const { counts, enrolled, classes } = answer.as(summary.strict());
  expect(counts).toEqual({ checkedIn: 2, checkedOut: 1, watching: 0 });
  const [row]: { users: string }[] = await stack.database.query(
    'SELECT COUNT(*) AS users FROM users WHERE left_at IS NULL',
  );
  expect(enrolled).toBe(Number(row?.users));
  expect(
    classes.filter(({ name }) => name.startsWith('S ')).map(({ name, ...rest }) => ({ name, ...rest, id: 0 })),
  ).toEqual([
    { id: 0, name: 'S 2', enrolled: 1, checkedIn: 1, checkedOut: 1 },
    { id: 0, name: 'S 10', enrolled: 2, checkedIn: 2, checkedOut: 1 },
  ]);
});
