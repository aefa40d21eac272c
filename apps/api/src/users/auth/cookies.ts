import type { Env } from '../../infrastructure/config/env.ts';
import { isSecure, type WithHeaders } from '../../infrastructure/http/own-origin.ts';

export type CookieSettings = Pick<Env, 'PUBLIC_URL' | 'TRUST_PROXY'>;

/**
 * The value of a cookie that `setCookieFor` set for this browser. It needs no decoding. Behind https only the prefixed
 * one counts: the other may have been planted over a connection that is not encrypted, or from a subdomain.
 */
export function readCookie(env: CookieSettings, request: WithHeaders, name: string): string | null {
  const { cookie } = request.headers;
  return cookie ? find(cookie, cookieName(name, isSecure(env, request))) : null;
}

function find(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

/** Behind https the prefix keeps every other host, subdomains included, from planting the cookie. */
function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** A `Set-Cookie` line that scripts can’t read, for the browser that sent this; an age of 0 removes it. */
export function setCookieFor(
  env: CookieSettings,
  request: WithHeaders,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  const secure = isSecure(env, request);
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return `${cookieName(name, secure)}=${value}; ${flags}`;
}
