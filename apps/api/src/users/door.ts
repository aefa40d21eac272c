import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { busy } from '../platform/api-error.ts';
import type { ApiErrorFilter } from '../platform/api-error.filter.ts';
import { Pressure } from '../platform/pressure.ts';
import { cookieName, readCookie } from './cookies.ts';
import { sessionCookie } from './session-cookie.ts';

const waitSeconds = 5;

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
        filter.answer(busy(waitSeconds), reply.header('connection', 'close'));
      else done();
    });
}

function hasSession(cookies: string | undefined): boolean {
  return [true, false].some((secure) => readCookie(cookies, cookieName(sessionCookie, secure)) !== null);
}
