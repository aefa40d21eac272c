import type { FastifyRequest } from 'fastify';
import type { Env } from '../../infrastructure/config/env.ts';

/** The value of a cookie that `setCookie` set, over https or not. It needs no decoding. */
export function readCookie(header: string | undefined, name: string): string | null {
  return find(header, cookieName(name, true)) ?? find(header, name);
}

function find(header: string | undefined, name: string): string | null {
  if (!header) return null;
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

/** Whether the student’s browser speaks https, to us or to the proxy before us. */
export function isSecure(env: Env, request: Pick<FastifyRequest, 'protocol'>): boolean {
  return env.PUBLIC_URL?.startsWith('https:') ?? request.protocol === 'https';
}

/** Behind https the prefix keeps every other host, subdomains included, from planting the cookie. */
function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** A `Set-Cookie` line that scripts can’t read; an age of 0 removes it. */
export function setCookie(name: string, value: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return `${cookieName(name, secure)}=${value}; ${flags}`;
}
