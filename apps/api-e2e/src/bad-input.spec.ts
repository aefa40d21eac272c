import { eventually } from '@exco/testing';
import { checkInOf } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';
import type { ApiClient } from './support/api-client.ts';

let stack: TestStack;
let open: number, ended: number;
let ada: Person, ben: Person;
let client: ApiClient;
beforeAll(async () => {
  stack = await TestStack.shared();
  [ada, ben] = await stack.aClass(3);
  ({ id: open } = await stack.event('open'));
  ({ id: ended } = await stack.event('ended'));
  client = await stack.signIn(ada);
});
afterAll(() => stack.close());

/** Nothing may be written by anything in this file. */
afterEach(async () => {
  for (const id of [open, ended]) expect(await stack.attendances(id)).toEqual([]);
});

const badRequest = {
  status: 400,
  json: {
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/.{10}/) as string,
    details: expect.arrayContaining([
      { path: expect.any(String) as string, message: expect.any(String) as string },
    ]) as unknown[],
  },
  setCookies: [],
};
const of = (): Record<string, unknown> => ({ ...checkInOf(ada) });
const classmates = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ userId: 1_000 + index, digits: '0417' }));

describe('a check-in', () => {
  test.each<[string, () => unknown, string | null]>([
    ['nothing', () => ({}), null],
    ['a list', () => [], null],
    ['null', () => null, null],
    ['a number', () => 7, null],
    ['no digits', () => ({ ...of(), digits: undefined }), 'digits'],
    ['digits as a number', () => ({ ...of(), digits: Number(ada.digits) }), 'digits'],
    ['digits with letters', () => ({ ...of(), digits: '04a7' }), 'digits'],
    ['five digits', () => ({ ...of(), digits: '04170' }), 'digits'],
    ['three digits', () => ({ ...of(), digits: '041' }), 'digits'],
    ['digits of another script', () => ({ ...of(), digits: '٠٤١٧' }), 'digits'],
    ['digits and a line end', () => ({ ...of(), digits: `${ada.digits}\n` }), 'digits'],
    ['no classmates', () => ({ ...of(), classmates: undefined }), 'classmates'],
    [
      'classmates that are no list',
      () => ({ ...of(), classmates: { userId: ben.id, digits: ben.digits } }),
      'classmates',
    ],
    ['a classmate without digits', () => ({ ...of(), classmates: [{ userId: ben.id }] }), 'classmates.0.digits'],
    [
      'a classmate with five digits',
      () => ({ ...of(), classmates: [{ userId: ben.id, digits: '04170' }] }),
      'classmates.0.digits',
    ],
    [
      'a classmate’s id as text',
      () => ({ ...of(), classmates: [{ userId: String(ben.id), digits: ben.digits }] }),
      'classmates.0.userId',
    ],
    [
      'a classmate’s id that is no whole number',
      () => ({ ...of(), classmates: [{ userId: 1.5, digits: '0417' }] }),
      'classmates.0.userId',
    ],
    ['a negative id', () => ({ ...of(), classmates: [{ userId: -1, digits: '0417' }] }), 'classmates.0.userId'],
    [
      'an id beyond the database’s',
      () => ({ ...of(), classmates: [{ userId: 4_294_967_296, digits: '0417' }] }),
      'classmates.0.userId',
    ],
    [
      'one classmate twice',
      () => ({ ...of(), classmates: [ben, ben].map(({ id, digits }) => ({ userId: id, digits })) }),
      'classmates',
    ],
    ['myself among my classmates', () => checkInOf(ada, [ada]), 'classmates'],
    ['201 classmates', () => ({ ...of(), classmates: classmates(201) }), 'classmates'],
    ['no connection', () => ({ ...of(), connection: undefined }), 'connection'],
    ['a speed as text', () => ({ ...of(), connection: { kbps: '4000', bytes: 1 } }), 'connection.kbps'],
    ['a negative speed', () => ({ ...of(), connection: { kbps: -1, bytes: 1 } }), 'connection.kbps'],
    ['a speed beyond all measure', () => ({ ...of(), connection: { kbps: 1e12, bytes: 1 } }), 'connection.kbps'],
    ['half a byte', () => ({ ...of(), connection: { kbps: 4000, bytes: 0.5 } }), 'connection.bytes'],
    ['an unknown field', () => ({ ...of(), checkedInBy: ben.id }), null],
    [
      'an unknown field of a classmate',
      () => ({ ...of(), classmates: [{ userId: ben.id, digits: ben.digits, at: 0 }] }),
      'classmates.0',
    ],
    [
      'an unknown field of the connection',
      () => ({ ...of(), connection: { kbps: 4000, bytes: 1, ok: true } }),
      'connection',
    ],
  ])('%s', async (_, body, path) => {
    const answer = await client.send('post', `/api/events/${open}/check-ins`, JSON.stringify(body()));
    expect(answer).toMatchObject(badRequest);
    const { details } = answer.json as { details: { path: string }[] };
    if (path) expect(details.map((detail) => detail.path)).toContain(path);
  });

  test.each(['{"digits":', '{"digits":"0417"', 'digits=0417', '\u0000', '{"digits":"0417"}{'])(
    'malformed JSON: %j',
    async (text) => {
      expect(await client.send('post', `/api/events/${open}/check-ins`, text)).toMatchObject(badRequest);
    },
  );

  test.each(['{"__proto__":{"digits":"0417"}}', '{"constructor":{"prototype":{"digits":"0417"}}}'])(
    '%s',
    async (text) => {
      expect(await client.send('post', `/api/events/${open}/check-ins`, text)).toMatchObject(badRequest);
    },
  );

  test('an empty body', async () => {
    expect(await client.send('post', `/api/events/${open}/check-ins`, '')).toMatchObject(badRequest);
  });

  test('a body of 1 MB', async () => {
    const body = JSON.stringify({ ...of(), padding: 'x'.repeat(1_000_000) });
    // The answer ends the connection: whoever is still writing may meet its reset before they read it.
    await eventually(async () =>
      expect(await client.send('post', `/api/events/${open}/check-ins`, body)).toMatchObject({
        status: 413,
        json: { code: 'PAYLOAD_TOO_LARGE' },
      }),
    );
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded'])('as %s', async (type) => {
    expect(await client.send('post', `/api/events/${open}/check-ins`, JSON.stringify(of()), type)).toMatchObject({
      status: 415,
      json: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });
});

describe('a check-out', () => {
  test.each<[string, () => unknown, string | null]>([
    ['nothing', () => ({}), null],
    ['nobody', () => ({ userIds: [] }), 'userIds'],
    ['one student twice', () => ({ userIds: [ada.id, ada.id] }), 'userIds'],
    ['an id as text', () => ({ userIds: [String(ada.id)] }), 'userIds.0'],
    ['an id as a list', () => ({ userIds: [[ada.id]] }), 'userIds.0'],
    ['zero', () => ({ userIds: [0] }), 'userIds.0'],
    ['too many', () => ({ userIds: Array.from({ length: 1_001 }, (_, index) => index + 1) }), 'userIds'],
    ['an unknown field', () => ({ userIds: [ada.id], by: ben.id }), null],
  ])('%s', async (_, body, path) => {
    const answer = await client.send('post', `/api/events/${ended}/check-outs`, JSON.stringify(body()));
    expect(answer).toMatchObject(badRequest);
    const { details } = answer.json as { details: { path: string }[] };
    if (path) expect(details.map((detail) => detail.path)).toContain(path);
  });
});

test.each<[string, () => unknown]>([
  ['nothing', () => ({})],
  ['three digits', () => ({ userId: ben.id, digits: '041' })],
  ['a number', () => ({ userId: ben.id, digits: 417 })],
  ['an unknown field', () => ({ userId: ben.id, digits: ben.digits, me: true })],
])('a digit check: %s', async (_, body) => {
  expect(await client.send('post', `/api/events/${open}/digit-checks`, JSON.stringify(body()))).toMatchObject(
    badRequest,
  );
});

test.each<[string, unknown]>([
  ['nothing', {}],
  ['an empty name', { username: '' }],
  ['blanks', { username: '   ' }],
  ['a list', { username: ['pupil'] }],
  ['an object', { username: { $ne: null } }],
  ['both ways at once', { username: 'pupil.1.3001', token: 'x' }],
  ['a name beyond all length', { username: 'x'.repeat(101) }],
  ['a token beyond all length', { token: 'x'.repeat(4_097) }],
  ['an unknown field', { username: 'pupil.1.3001', admin: true }],
])('a sign-in: %s', async (_, body) => {
  expect(await stack.client().send('post', '/api/session', JSON.stringify(body))).toMatchObject(badRequest);
});

test.each([
  ['get', '/api'],
  ['get', '/api/nothing'],
  ['get', '/api/events/1/nothing'],
  ['delete', '/api/events/1'],
  ['post', '/api/events'],
  ['get', '/api/../../etc/passwd'],
  ['get', '/api/%c0%ae%c0%ae/'],
] as const)('an address where nothing is: %s %s', async (method, path) => {
  const answer = await client.send(method, path);
  expect([400, 404]).toContain(answer.status);
  expect(answer.json).toMatchObject({ code: answer.status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST' });
});
