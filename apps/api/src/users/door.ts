import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { busy } from '../platform/api-error.ts';
import type { ApiErrorFilter } from '../platform/api-error.filter.ts';
import { Admission } from './admission.ts';
import { cookieName, readCookie } from './cookies.ts';
import { sessionCookie } from './session-cookie.ts';

/**
 * Whoever is inside goes first. Newcomers beyond what this process can serve are told when to come again, where the page
 * tries again on its own: at their first question, before anything is looked up, and on a connection that is not kept.
 */
export function keepDoor(app: NestFastifyApplication, filter: ApiErrorFilter, admission = new Admission()): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const isNewcomer = request.url.startsWith('/api/session') && !hasSession(request.headers.cookie);
      const seconds = isNewcomer ? admission.ask(request.method === 'POST') : 0;
      if (seconds > 0) filter.answer(busy(seconds), reply.header('connection', 'close'));
      else done();
    });
}

function hasSession(cookies: string | undefined): boolean {
  return [true, false].some((secure) => readCookie(cookies, cookieName(sessionCookie, secure)) !== null);
}
