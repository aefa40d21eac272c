import type { Env } from '../../infrastructure/config/env.ts';
import { SessionCookie } from '../../users/auth/session-cookie.ts';
import { Signature } from '../../users/auth/signature.ts';
import { Receipt } from './receipt.ts';

const env = { SESSION_SECRET: 'a secret of thirty-two letters!!', TRUST_PROXY: 1 } as Env;
const plain = { headers: {} };
const encrypted = { headers: { 'x-forwarded-proto': 'https' } };
const withCookie = (cookie = '') => ({ headers: { cookie } });
const receipt = new Receipt(env);
const at = Date.UTC(2026, 10, 22, 9);
const cookieOf = (line: string) => line.split(';')[0];

test.each([true, false])('what was accepted, and whether it may still be on its way: %s', (onItsWay) => {
  const line = receipt.issueTo(plain, 3, 7, { at, byId: 8, onItsWay });
  expect(line).toMatch(/^exco_receipt_3=.*; HttpOnly; SameSite=Lax$/);
  expect(new Receipt(env).accepted(withCookie(cookieOf(line)), 3, 7)).toEqual({ at, byId: 8, onItsWay });
});

test('behind https', () => {
  const line = receipt.issueTo(encrypted, 3, 7, { at, byId: 7, onItsWay: false });
  expect(line).toMatch(/^__Host-exco_receipt_3=.*; Secure$/);
  const headers = { ...encrypted.headers, cookie: cookieOf(line) ?? '' };
  expect(receipt.accepted({ headers }, 3, 7)).not.toBeNull();
  // Without the prefix it may have been planted.
  const planted = headers.cookie.replace('__Host-', '');
  expect(receipt.accepted({ headers: { ...headers, cookie: planted } }, 3, 7)).toBeNull();
});

test('of this student at this event alone', () => {
  const cookie = cookieOf(receipt.issueTo(plain, 3, 7, { at, byId: 7, onItsWay: true }));
  expect(receipt.accepted(withCookie(cookie), 3, 8)).toBeNull();
  expect(receipt.accepted(withCookie(cookie), 4, 7)).toBeNull();
  expect(receipt.accepted(withCookie(cookie?.replace('exco_receipt_3', 'exco_receipt_4')), 4, 7)).toBeNull();
});

test('forged, or a session in its place', () => {
  const cookie = cookieOf(receipt.issueTo(plain, 3, 7, { at, byId: 7, onItsWay: false })) ?? '';
  expect(receipt.accepted(withCookie(cookie.replace('3.7.', '3.8.')), 3, 8)).toBeNull();
  expect(receipt.accepted(withCookie(cookie.replace(/\.0\./, '.1.')), 3, 7)).toBeNull();
  expect(receipt.accepted(withCookie(cookie.slice(0, -1)), 3, 7)).toBeNull();
  expect(receipt.accepted(withCookie(`exco_receipt_3=${new SessionCookie(env).issue(3)}`), 3, 7)).toBeNull();
  expect(receipt.accepted(withCookie(), 3, 7)).toBeNull();
});

test('one that an earlier version has given does not say by whom: by the student', () => {
  const text = new Signature(env.SESSION_SECRET, 'receipt').sign(`3.7.${at}.0`);
  expect(receipt.accepted(withCookie(`exco_receipt_3=${text}`), 3, 7)).toEqual({ at, byId: 7, onItsWay: false });
});
