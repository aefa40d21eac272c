import { createHmac, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { session } from '@exco/contracts';
import { aStudent } from '@exco/testing';
import { checkIn } from './support/attendance-requests.ts';
import { launchSecret, sessionSecret } from './support/settings.ts';
import { TestStack, type Person } from './support/test-stack.ts';

let stack: TestStack;
let ada: Person;
beforeAll(async () => {
  stack = await TestStack.shared();
  [ada] = await stack.aClass(3);
});
afterAll(() => stack.close());

/** A session cookie as the server signs it. */
function signedSession(userId: number, expiresAtSeconds: number, purpose = 'session'): string {
  const key = createHmac('sha256', sessionSecret).update(purpose).digest();
  const text = `${userId}.${expiresAtSeconds}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

interface Claims {
  subject?: string;
  audience?: string;
  issuer?: string;
  expiresIn?: number;
}

async function token(
  key: Uint8Array,
  { subject = ada.username, audience = 'exco-live', issuer = 'exco-live', expiresIn = 60 }: Claims = {},
) {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setAudience(audience)
    .setIssuer(issuer)
    .setExpirationTime(inSeconds(expiresIn))
    .sign(key);
}
const joinKey = createHmac('sha256', sessionSecret).update('join link').digest();
const launchKey = new TextEncoder().encode(launchSecret);

describe('with the event', () => {
  test('sign-in and “who am I” also hold the event and the classmates, for who asks', async () => {
    const [me, friend] = await stack.aClass(3);
    const { id } = await stack.event('scheduled', { opensAt: new Date(Date.now() + 600_000) });
    const client = stack.client();
    const [signedIn, asked, plain] = [
      await client.post(`/api/session?event=${id}`, { username: me.username }),
      await client.get(`/api/session?event=${id}`),
      await client.get('/api/session'),
    ];
    for (const answer of [signedIn, asked]) {
      const { user, event, classmates } = answer.as(session);
      expect([answer.status, user.id]).toEqual([200, me.id]);
      expect(event).toMatchObject({
        id,
        state: 'scheduled',
        attendance: null,
        opening: { place: expect.any(Number) as number },
      });
      expect(classmates).toEqual((await client.get(`/api/events/${id}/classmates`)).json);
      expect(classmates).toContainEqual(expect.objectContaining({ id: friend.id, checkedIn: false }));
    }
    expect(Object.keys(plain.json as object)).toEqual(['user']);
  });

  test('who is in needs no classmates; an event that is not there is null, and the current one is listed first', async () => {
    const [me] = await stack.aClass(3);
    const { id } = await stack.event('live');
    const client = await stack.signIn(me);
    await checkIn(client, id, me);
    const mine = (await client.get(`/api/session?event=${id}`)).as(session);
    expect([mine.event?.attendance?.committed, mine.classmates]).toEqual([true, undefined]);
    expect((await client.get('/api/session?event=4294967295')).as(session).event).toBeNull();
    expect((await client.get('/api/session?event=current')).as(session).event).toHaveProperty('id');
    for (const odd of ['0', '-1', 'x', '1%20OR%201', '1&event=2'])
      expect(Object.keys((await client.get(`/api/session?event=${odd}`)).json as object)).toEqual(['user']);
  });
});

describe('by username', () => {
  test('a session, and a cookie that scripts cannot read', async () => {
    const client = stack.client();
    const answer = await client.post('/api/session', { username: ada.username });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      user: {
        id: ada.id,
        displayName: ada.displayName,
        classes: [{ id: expect.any(Number) as number, name: expect.stringMatching(/^Class /) as string }],
      },
    });
    expect(answer.as(session).user.id).toBe(ada.id);
    expect(answer.setCookies).toHaveLength(1);
    const flags = answer.setCookies[0]?.split('; ').slice(1);
    expect(answer.setCookies[0]).toMatch(/^exco_session=/);
    expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']));
    expect(flags).not.toContain('Secure');
    const again = await client.get('/api/session');
    expect([again.status, again.json]).toEqual([200, answer.json]);
  });

  test.each([
    ['capitals and a space, as a phone writes them', (name: string) => ` ${name.toUpperCase()} `],
    ['exactly', (name: string) => name],
  ])('%s', async (_, typed) => {
    expect(await stack.client().post('/api/session', { username: typed(ada.username) })).toMatchObject({
      status: 200,
    });
  });

  test('two usernames that differ by case alone are two', async () => {
    const [lower, upper] = await stack.enroll([aStudent({ username: 'bo0417' }), aStudent({ username: 'Bo0417' })]);
    for (const { username, id } of [lower, upper] as Person[])
      expect((await stack.client().post('/api/session', { username })).as(session).user.id).toBe(id);
    expect(await stack.client().post('/api/session', { username: 'BO0417' })).toMatchObject({ status: 401 });
  });

  test.each(['nobody0000', 'pupil.1.', '%', "' OR 1=1 -- "])('unknown: %s', async (username) => {
    const answer = await stack.client().post('/api/session', { username });
    expect(answer).toMatchObject({ status: 401, json: { code: 'UNKNOWN_USERNAME' }, setCookies: [] });
  });

  test('somebody in no class has a session too, and somebody who left the roster has none', async () => {
    const [alone] = await stack.enroll([aStudent()]);
    const client = await stack.signIn(alone as Person);
    expect((await client.get('/api/session')).as(session).user.classes).toEqual([]);
    await stack.database.query('UPDATE users SET left_at = NOW() WHERE id = ?', [alone?.id]);
    await stack.enroll([aStudent()]);
    expect(await client.get('/api/session')).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
  });

  test('signed out', async () => {
    const client = await stack.signIn(ada);
    const answer = await client.delete('/api/session');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(client.cookie('exco_session')).toBeUndefined();
    expect(await client.get('/api/session')).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
  });
});

describe('a cookie that proves nothing', () => {
  test('the way these are signed here is the server’s own', async () => {
    const client = stack.client().setCookie('exco_session', signedSession(ada.id, inSeconds(60)));
    expect(await client.get('/api/session')).toMatchObject({ status: 200 });
  });

  test.each<[string, () => string]>([
    ['none', () => ''],
    ['expired', () => signedSession(ada.id, inSeconds(-1))],
    ['signed for another purpose', () => signedSession(ada.id, inSeconds(60), 'receipt')],
    ['another user’s name on it', () => signedSession(ada.id, inSeconds(60)).replace(/^\d+/, String(ada.id + 1))],
    [
      'a longer life written on it',
      () => signedSession(ada.id, inSeconds(-1)).replace(/\.\d+\./, `.${inSeconds(60)}.`),
    ],
    ['cut off', () => signedSession(ada.id, inSeconds(60)).slice(0, -1)],
    ['without its signature', () => `${ada.id}.${inSeconds(60)}.`],
    ['nonsense', () => '%00.%00.%00'],
    ['a user who is not there', () => signedSession(4_000_000_000, inSeconds(60))],
  ])('%s', async (_, value) => {
    const client = stack.client().setCookie('exco_session', value());
    for (const path of [
      '/api/session',
      '/api/events',
      '/api/events/1',
      '/api/events/1/classmates',
      '/api/events/1/stream',
      '/api/events/1/check-outs',
    ])
      expect(await client.get(path)).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
    for (const path of ['check-ins', 'check-outs', 'digit-checks'])
      expect(await client.post(`/api/events/1/${path}`, {})).toMatchObject({
        status: 401,
        json: { code: 'NOT_SIGNED_IN' },
      });
  });
});

describe('by signed token', () => {
  test.each<[string, Uint8Array, Claims]>([
    ['a join link', joinKey, {}],
    ['a launch by the existing platform', launchKey, { issuer: 'the platform' }],
  ])('%s', async (_, key, claims) => {
    const client = stack.client();
    const answer = await client.post('/api/session', { token: await token(key, claims) });
    expect(answer.status).toBe(200);
    expect((await client.get('/api/session')).as(session).user.id).toBe(ada.id);
  });

  test.each<[string, Uint8Array, Claims]>([
    ['expired', joinKey, { expiresIn: -120 }],
    ['for another audience', launchKey, { audience: 'somebody else' }],
    ['a join link of another issuer', joinKey, { issuer: 'the platform' }],
    ['a name that is not on the roster', joinKey, { subject: 'nobody0000' }],
    ['signed with another key', createHmac('sha256', 'guessed').digest(), {}],
  ])('%s', async (_, key, claims) => {
    const answer = await stack.client().post('/api/session', { token: await token(key, claims) });
    expect(answer).toMatchObject({ status: 401, json: { code: 'BAD_TOKEN' }, setCookies: [] });
  });

  test('a token without a signature, or without an end', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: ada.username, aud: 'exco-live', exp: inSeconds(60) })).toString('base64url')}.`;
    const endless = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(ada.username)
      .setAudience('exco-live')
      .setIssuer('exco-live')
      .sign(joinKey);
    for (const given of [unsigned, endless, 'no token at all'])
      expect(await stack.client().post('/api/session', { token: given })).toMatchObject({
        status: 401,
        json: { code: 'BAD_TOKEN' },
      });
  });
});

describe('a launch', () => {
  const send = (given: string, api = 0) => stack.client(api).post('/api/session', { token: given });
  const refused = { status: 401, json: { code: 'BAD_TOKEN' }, setCookies: [] };
  const launch = (claims: Record<string, unknown>, expiresIn = 60) =>
    new SignJWT({ sub: ada.username, aud: 'exco-live', iss: 'the platform', exp: inSeconds(expiresIn), ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(launchKey);

  test('signs in once, on whatever process, and of several at the same moment one', async () => {
    const [first, second] = [await launch({ jti: randomUUID() }), await launch({ jti: randomUUID() })];
    expect(await send(first)).toMatchObject({ status: 200 });
    for (const api of [0, 1]) expect(await send(first, api)).toMatchObject(refused);
    const together = await Promise.all([0, 1, 0, 1, 0, 1].map((api) => send(second, api)));
    expect(together.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('without an id of its own: what was signed is the id', async () => {
    const given = await launch({ nonce: randomUUID() });
    expect(await send(given)).toMatchObject({ status: 200 });
    expect(await send(given, 1)).toMatchObject(refused);
  });

  test('is good for a day at most, however long it says', async () => {
    expect(await send(await launch({ jti: randomUUID() }, 23 * 3_600))).toMatchObject({ status: 200 });
    for (const expiresIn of [25 * 3_600, 365 * 86_400, 30_000_000_000])
      expect(await send(await launch({ jti: randomUUID() }, expiresIn))).toMatchObject(refused);
  });

  test.each([[7], [['pupil']], [{ name: 'pupil' }], [true], [''], [null]])('whose name is %j', async (sub) => {
    expect(await send(await launch({ sub, jti: randomUUID() }))).toMatchObject(refused);
  });

  test('with a key that cannot be read there is no start', async () => {
    await expect(stack.anotherApi({ LAUNCH_PUBLIC_KEY_FILE: '/nowhere.pem' })).rejects.toThrow();
  });
});

test('behind https the cookie is Secure and __Host- prefixed; SIGN_IN=signed leaves tokens alone', async () => {
  const system = await stack.anotherApi({ PUBLIC_URL: 'https://live.example', SIGN_IN: 'signed' });
  try {
    const client = stack.client().at(system.url);
    const byName = await client.post('/api/session', { username: ada.username });
    expect(byName).toMatchObject({ status: 403, json: { code: 'SIGNED_LINK_REQUIRED' }, setCookies: [] });
    const answer = await client.post('/api/session', { token: await token(joinKey) });
    expect(answer.status).toBe(200);
    expect(answer.setCookies[0]).toMatch(/^__Host-exco_session=.*; Secure/);
    expect(await client.get('/api/session')).toMatchObject({ status: 200 });
  } finally {
    await system.stop();
  }
});
