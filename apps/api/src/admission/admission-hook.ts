import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Counter, Gauge } from 'prom-client';
import { busy } from '../infrastructure/http/api-error.ts';
import type { ApiErrorFilter } from '../infrastructure/http/api-error.filter.ts';
import { ENV, type Env } from '../infrastructure/config/env.ts';
import { Metrics } from '../infrastructure/observability/metrics.ts';
import { Admission } from './admission.ts';
import { readCookie, setCookieFor, type CookieSettings } from '../users/auth/cookies.ts';
import { sessionCookie } from '../users/auth/session-cookie.ts';

/**
 * From when on the browser may come in, seconds since 1970. Not signed: whoever forges one is admitted earlier, and counts
 * against the same limit.
 */
const placeCookie = 'exco_place';
const placeKeptSeconds = 60;

/**
 * Requests that bring a session cookie are always served. A browser without one is a newcomer: beyond what this process
 * can serve its first request, under `/api/session`, is answered 503 with a place in a queue, before anything is looked
 * up and on a connection that is closed. The page asks again by itself.
 */
export function useAdmissionControl(
  app: NestFastifyApplication,
  filter: ApiErrorFilter,
  admission = new Admission(),
): void {
  const env = app.get<Env>(ENV);
  const turnedAway = metricsOf(admission, app.get(Metrics));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const isNewcomer = request.url.startsWith('/api/session') && readCookie(env, request, sessionCookie) === null;
      const now = Math.floor(Date.now() / 1_000);
      const seconds = isNewcomer ? admission.ask(placeIn(env, request, now)) : 0;
      if (seconds === 0) {
        done();
        return;
      }
      turnedAway.inc();
      const place = setCookieFor(env, request, placeCookie, String(now + seconds), seconds + placeKeptSeconds);
      filter.answer(busy(seconds), reply.headers({ connection: 'close', 'set-cookie': place }));
    });
}

/** @returns the counter of those who were turned away */
function metricsOf(admission: Admission, { registry }: Metrics): Counter {
  const registers = [registry];
  new Gauge({
    name: 'exco_admission_waiting',
    help: 'Newcomers who were given a place in the queue and have not had their time yet.',
    registers,
    collect() {
      this.set(admission.waiting);
    },
  });
  return new Counter({
    name: 'exco_admission_turned_away_total',
    help: 'Times that a newcomer was told to come again (503).',
    registers,
  });
}

function placeIn(env: CookieSettings, request: FastifyRequest, now: number): number | null {
  const place = Number(readCookie(env, request, placeCookie) ?? NaN);
  return Number.isNaN(place) ? null : place - now;
}
