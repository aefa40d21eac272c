import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { busy } from '../platform/api-error.ts';
import type { ApiErrorFilter } from '../platform/api-error.filter.ts';
import { Pressure } from '../platform/pressure.ts';
import { cookieName, readCookie } from './cookies.ts';
import { sessionCookie } from './session-cookie.ts';

/** The longer it has lasted, the more are waiting: they must not all knock every few seconds. */
const leastSeconds = 5;
const mostSeconds = 30;

/**
 * Whoever is inside goes first. While this process has more to do than it can, newcomers are told to wait, where the
 * page tries again on its own: at their first question, before anything is looked up, and on a connection that is not kept.
 */
export function keepDoor(app: NestFastifyApplication, filter: ApiErrorFilter): void {
  const pressure = app.get(Pressure);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (pressure.isHigh && request.url.startsWith('/api/session') && !hasSession(request.headers.cookie))
        filter.answer(busy(waitFor(pressure.lastingSeconds)), reply.header('connection', 'close'));
      else done();
    });
}

function waitFor(lastingSeconds: number): number {
  return Math.min(mostSeconds, Math.max(leastSeconds, Math.round(lastingSeconds / 2)));
}

function hasSession(cookies: string | undefined): boolean {
  return [true, false].some((secure) => readCookie(cookies, cookieName(sessionCookie, secure)) !== null);
}
