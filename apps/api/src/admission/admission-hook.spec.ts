import { jest } from '@jest/globals';
import { All, Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiErrorFilter } from '../infrastructure/http/api-error.filter.ts';
import { ENV } from '../infrastructure/config/env.ts';
import { Metrics } from '../infrastructure/observability/metrics.ts';
import { Admission } from './admission.ts';
import { useAdmissionControl } from './admission-hook.ts';

let reached = 0;

@Controller()
class Inside {
  @All('*')
  answer(): string {
    reached++;
    return 'inside';
  }
}

@Module({ controllers: [Inside], providers: [{ provide: ENV, useValue: { TRUST_PROXY: 1 } }, Metrics] })
class InsideModule {}

let app: NestFastifyApplication;
let turns = 0;
let now = 0;
let admission: Admission;
beforeEach(async () => {
  reached = 0;
  turns = 0;
  now = 0;
  admission = new Admission(
    () => ({ turns, active: turns * 300 }),
    () => now,
  );
  app = await NestFactory.create<NestFastifyApplication>(InsideModule, new FastifyAdapter(), { logger: false });
  useAdmissionControl(app, new ApiErrorFilter(), admission);
  await app.init();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

/** Takes every place that there is. */
function fill(): void {
  turns++;
  while (admission.ask(-1) === 0);
}

test.each(['GET', 'POST'] as const)(
  'a newcomer’s %s waits while there are too many, and comes in when there are not',
  async (method) => {
    const ask = () => app.inject({ method, url: '/api/session' });
    expect((await ask()).body).toBe('inside');
    fill();
    const answer = await ask();
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'BUSY' });
    expect(answer.headers).toMatchObject({ 'retry-after': '2', connection: 'close' });
    expect(reached).toBe(1);
    turns += 1_000;
    now += 60_000;
    expect((await ask()).body).toBe('inside');
  },
);

test('the answer keeps a place in the queue: at its time its bearer comes before who is new', async () => {
  while (admission.ask(null) === 0);
  const answer = await app.inject({ url: '/api/session' });
  const place = /^exco_place=(\d+); Path=\/; Max-Age=62; HttpOnly; SameSite=Lax$/.exec(
    String(answer.headers['set-cookie']),
  )?.[1];
  const at = Number(place) * 1_000;
  expect(Math.abs(at - Date.now() - 2_000)).toBeLessThan(1_500);
  const come = () => app.inject({ url: '/api/session', headers: { cookie: `exco_place=${place}` } });
  const early = await come();
  expect(early.statusCode).toBe(503);
  expect(String(early.headers['set-cookie'])).toContain(`exco_place=${place};`);
  jest.spyOn(Date, 'now').mockReturnValue(at);
  expect((await come()).body).toBe('inside');
  expect((await app.inject({ url: '/api/session', headers: { cookie: 'exco_place=soon' } })).statusCode).toBe(503);
});

test.each([
  ['exco_session', 'http'],
  ['__Host-exco_session', 'https'],
])('whoever has a session (%s) is let through, and so is everything else', async (name, protocol) => {
  fill();
  const headers = { cookie: `a=b; ${name}=1.2.3`, 'x-forwarded-proto': protocol };
  expect((await app.inject({ url: '/api/session', headers })).body).toBe('inside');
  for (const url of ['/', '/api/events', '/api/admin/events', '/health/live'])
    expect((await app.inject({ url })).body).toBe('inside');
  expect(reached).toBe(5);
});
