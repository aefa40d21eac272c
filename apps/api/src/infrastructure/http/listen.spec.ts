import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Env } from '../config/env.ts';
import { Draining } from './draining.ts';
import { listen } from './listen.ts';

@Controller()
class Here {
  @Get()
  answer(): string {
    return 'here';
  }
}

@Module({ controllers: [Here], providers: [Draining] })
class HereModule {}

let app: NestFastifyApplication;
let port: number;
beforeEach(async () => {
  app = await NestFactory.create<NestFastifyApplication>(HereModule, new FastifyAdapter(), { logger: false });
  await app.init();
  await listen(app, { PORT: 0, HOST: '127.0.0.1' } as Env);
  ({ port } = app.getHttpServer().address() as AddressInfo);
});
afterEach(() => app.close());

test('a crowd is let in within a few turns of the loop, and everyone is answered', async () => {
  const crowd = 96;
  let answered = 0;
  for (let one = 0; one < crowd; one++) {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
    socket.once('data', (text: Buffer) => (answered += Number(text.toString().endsWith('here'))));
  }
  let turns = 0;
  for (; answered < crowd; turns++) await new Promise(setImmediate);
  // One listener would take as many turns as there are connections.
  expect(turns).toBeLessThan(crowd * 0.75);
});

test('a live connection is opened at whichever listener takes it', async () => {
  app.getHttpServer().on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  for (let one = 0; one < 40; one++) {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /live HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [text] = (await once(socket, 'data')) as [Buffer];
    expect(text.toString()).toContain('101');
  }
});

test('closed, nothing listens any more', async () => {
  await app.close();
  for (let one = 0; one < 40; one++) {
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  }
});
