import { jest } from '@jest/globals';
import type { Env } from '../../infrastructure/config/env.ts';
import { Signature } from './signature.ts';
import { SessionCookie, sessionSeconds } from './session-cookie.ts';

const env = { SESSION_SECRET: 'a secret of thirty-two letters!!', TRUST_PROXY: 0 } as Env;
const cookies = new SessionCookie(env);
const read = (own: SessionCookie, cookie: string) => own.userId({ headers: { cookie } });
const reads = (value: string) => read(cookies, `theme=dark; exco_session=${value}; other=1`);
/** As the nearest proxy says it. */
const behindHttps = (own: SessionCookie, cookie: string) =>
  own.userId({ headers: { cookie, 'x-forwarded-proto': 'http, https' } });

afterEach(() => jest.useRealTimers());

test('whoever it was issued to', () => {
  const value = cookies.issue(7);
  expect(reads(value)).toBe(7);
  expect(read(new SessionCookie(env), `exco_session=${value}`)).toBe(7);
});

test('behind https the prefixed one alone counts: a foreign page can plant the other', () => {
  const [own, planted] = [`__Host-exco_session=${cookies.issue(7)}`, `exco_session=${cookies.issue(8)}`];
  const proxied = new SessionCookie({ ...env, TRUST_PROXY: 1 });
  const named = new SessionCookie({ ...env, PUBLIC_URL: 'https://live.example' });
  expect(behindHttps(proxied, `${planted}; ${own}`)).toBe(7);
  expect(behindHttps(proxied, planted)).toBeNull();
  expect([read(named, own), read(named, planted)]).toEqual([7, null]);
  // Nobody says that there is a proxy: then what the client writes is not believed.
  expect(behindHttps(cookies, planted)).toBe(8);
  expect(behindHttps(cookies, own)).toBeNull();
});

test('a session that is signed out is refused, and no other one of the same second', () => {
  const [lost, kept] = [cookies.issue(7), cookies.issue(7)];
  const session = cookies.session({ headers: { cookie: `exco_session=${lost}` } });
  if (!session) throw new Error('it proves nothing');
  expect(cookies.revoke(session)).toBe(true);
  expect([reads(lost), reads(kept)]).toEqual([null, 7]);
});

test('what is signed out is remembered until it expires, and twenty of one student at most', () => {
  const own = new SessionCookie(env);
  const now = Date.now();
  const sessions = Array.from({ length: 25 }, (_, index) => ({ id: `7.${index}`, userId: 7, expiresAt: now + 1_000 }));
  for (const session of sessions) own.revoke(session);
  own.revoke({ id: '8.1', userId: 8, expiresAt: now + 1_000 });
  expect(own.forgetSignedOut(now).map(({ id }) => id)).toEqual(['7.4', '7.3', '7.2', '7.1', '7.0']);
  expect(sessions.map((session) => own.isGood(session, now)).filter(Boolean)).toHaveLength(5);
  expect(own.forgetSignedOut(now + 1_000)).toHaveLength(21);
});

test('until it expires, though it was proven before', () => {
  jest.useFakeTimers();
  const value = cookies.issue(7);
  expect(reads(value)).toBe(7);
  jest.advanceTimersByTime(sessionSeconds * 1000 - 1_000);
  expect(reads(value)).toBe(7);
  jest.advanceTimersByTime(1_000);
  expect(reads(value)).toBeNull();
});

test.each<[string, (value: string) => string]>([
  ['another user', (value) => value.replace(/^7/, '8')],
  ['a longer life', (value) => value.replace(/\.(\d)/, '.9$1')],
  ['cut off', (value) => value.slice(0, -1)],
  ['one letter more', (value) => `${value}A`],
  ['no signature', (value) => value.slice(0, value.lastIndexOf('.') + 1)],
  ['nothing but a signature', (value) => value.slice(value.lastIndexOf('.'))],
  ['nothing', () => ''],
  [
    'signed with another secret',
    () => new SessionCookie({ SESSION_SECRET: 'another secret, as long as needed' } as Env).issue(7),
  ],
  ['signed for another purpose', () => new Signature(env.SESSION_SECRET, 'receipt').sign('7.9999999999')],
])('%s proves nothing', (_, forge) => {
  expect(reads(forge(cookies.issue(7)))).toBeNull();
});

test('no cookie at all', () => {
  expect(cookies.userId({ headers: {} })).toBeNull();
  expect(read(cookies, 'exco_session')).toBeNull();
  expect(read(cookies, 'not_exco_session=7')).toBeNull();
});

test('what it remembers is bounded', () => {
  const own = new SessionCookie(env);
  const { size } = (own as unknown as { proven: Map<string, unknown> }).proven;
  expect(size).toBe(0);
  for (let user = 1; user <= 50_010; user++) read(own, `exco_session=${own.issue(user)}`);
  expect((own as unknown as { proven: Map<string, unknown> }).proven.size).toBeLessThanOrEqual(50_000);
  expect(read(own, `exco_session=${own.issue(1)}`)).toBe(1);
});
