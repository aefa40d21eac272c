import { jest } from '@jest/globals';
import type { Env } from '../../infrastructure/config/env.ts';
import { Signature } from './signature.ts';
import { SessionCookie, sessionSeconds } from './session-cookie.ts';

const env = { SESSION_SECRET: 'a secret of thirty-two letters!!' } as Env;
const cookies = new SessionCookie(env);
const reads = (value: string) => cookies.userId(`theme=dark; exco_session=${value}; other=1`);

afterEach(() => jest.useRealTimers());

test('whoever it was issued to, under either name', () => {
  const value = cookies.issue(7);
  expect(reads(value)).toBe(7);
  expect(cookies.userId(`__Host-exco_session=${value}`)).toBe(7);
  expect(new SessionCookie(env).userId(`exco_session=${value}`)).toBe(7);
});

test('the prefixed one counts: a foreign page can plant only the other', () => {
  expect(cookies.userId(`exco_session=${cookies.issue(8)}; __Host-exco_session=${cookies.issue(7)}`)).toBe(7);
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
  expect(cookies.userId(undefined)).toBeNull();
  expect(cookies.userId('exco_session')).toBeNull();
  expect(cookies.userId('not_exco_session=7')).toBeNull();
});

test('what it remembers is bounded', () => {
  const own = new SessionCookie(env);
  const { size } = (own as unknown as { proven: Map<string, unknown> }).proven;
  expect(size).toBe(0);
  for (let user = 1; user <= 50_010; user++) own.userId(`exco_session=${own.issue(user)}`);
  expect((own as unknown as { proven: Map<string, unknown> }).proven.size).toBeLessThanOrEqual(50_000);
  expect(own.userId(`exco_session=${own.issue(1)}`)).toBe(1);
});
