import { All, Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiErrorFilter } from '../platform/api-error.filter.ts';
import { Pressure } from '../platform/pressure.ts';
import { keepDoor } from './door.ts';

let reached = 0;

@Controller()
class Inside {
  @All('*')
  answer(): string {
    reached++;
    return 'inside';
  }
}

@Module({ controllers: [Inside], providers: [Pressure] })
class InsideModule {}

let app: NestFastifyApplication;
beforeEach(async () => {
  reached = 0;
  app = await NestFactory.create<NestFastifyApplication>(InsideModule, new FastifyAdapter(), { logger: false });
  keepDoor(app, new ApiErrorFilter());
  await app.init();
});
afterEach(() => app.close());

/** Four slow seconds. */
function makeBusy(): void {
  for (const milliseconds of [300, 300, 300, 300]) app.get(Pressure).note(milliseconds);
}

test.each(['GET', 'POST'] as const)('a newcomer’s %s waits while the process is slow, and comes in when it is not', async (method) => {
  const ask = () => app.inject({ method, url: '/api/session' });
  expect((await ask()).body).toBe('inside');
  makeBusy();
  const answer = await ask();
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'BUSY' });
  expect(answer.headers).toMatchObject({ 'retry-after': '5', connection: 'close' });
  expect(reached).toBe(1);
  app.get(Pressure).note(1);
  expect((await ask()).body).toBe('inside');
});

test('the longer it lasts, the longer they are asked to wait', async () => {
  const waits: string[] = [];
  for (let second = 1; second <= 80; second++) {
    app.get(Pressure).note(300);
    if (second % 20 === 0) waits.push((await app.inject({ url: '/api/session' })).headers['retry-after'] ?? '');
  }
  expect(waits).toEqual(['10', '20', '30', '30']);
  for (let second = 0; second < 5; second++) app.get(Pressure).note(1);
  makeBusy();
  expect((await app.inject({ url: '/api/session' })).headers['retry-after']).toBe('5');
});

test.each(['exco_session', '__Host-exco_session'])('whoever has a session (%s) is let through, and so is everything else', async (name) => {
  makeBusy();
  expect((await app.inject({ url: '/api/session', headers: { cookie: `a=b; ${name}=1.2.3` } })).body).toBe('inside');
  for (const url of ['/', '/api/events', '/api/admin/events', '/health/live']) expect((await app.inject({ url })).body).toBe('inside');
  expect(reached).toBe(5);
});
