import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Env } from '../config/env.ts';
import { connectionLimits, guardConnections } from './connections.ts';
import { openFilesAllowed } from '../observability/metrics.ts';
import { PeriodicTask } from '../scheduling/periodic.ts';
import { Draining } from './draining.ts';

/** The sockets on which this process listens. */
export interface Listeners {
  /** Takes no new connection, waits for what is being answered on the others, and then ends those that are idle. */
  stopAccepting(): Promise<void>;
}

/**
 * libuv accepts one connection from each listener in a turn of its loop (libuv pull request 3696). A turn of a busy
 * loop takes 30 ms, so one listener takes 33 connections a second; the rest wait, and are dropped once 511 do.
 */
const listeners = 128;
/** What is being answered; whoever waits for longer, for an upload or a report, is cut off. */
const answerWithinMilliseconds = 3_000;
/** A client may be sending its next request on a connection that looks idle: it gets its answer, and then the end. */
const idleMilliseconds = 1_000;
const countEveryMilliseconds = 250;
/** Of the files that this process may open: beyond it an answered connection is not kept for the next request. */
const mostKept = 0.85;

/** Listens with several sockets on one port, in every process that shares it, and begins to answer. */
export async function listen(app: NestFastifyApplication, { PORT, HOST }: Env): Promise<Listeners> {
  const draining = app.get(Draining);
  const fastify = app.getHttpAdapter().getInstance();
  const main = app.getHttpServer();
  const extra: Server[] = [];
  let connections = 0;
  const mostConnections = mostKept * openFilesAllowed();
  const counting = new PeriodicTask('counting connections', countEveryMilliseconds, async () => {
    connections = await connectionsOf([main, ...extra]);
  });
  counting.start();
  fastify.addHook('onRequest', (_, reply, done) => {
    if (draining.isUnderWay || connections > mostConnections) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', async () => {
    await counting.stop();
    await answerOrCut([main, ...extra]);
  });
  guardConnections(main);
  // Fastify hands what it does not know itself on to the server.
  const where = { port: PORT, host: HOST, reusePort: true };
  await fastify.listen(where);
  const { port } = main.address() as AddressInfo;
  while (extra.length < listeners - 1) {
    const server = forwardingTo(main);
    extra.push(server);
    await once(server.listen({ ...where, port }), 'listening');
  }
  return { stopAccepting: () => stopAccepting([main, ...extra]) };
}

async function stopAccepting(servers: readonly Server[]): Promise<void> {
  // Not the method of http.Server, which ends idle connections at once.
  for (const server of servers) if (server.listening) NetServer.prototype.close.call(server);
  await sleep(idleMilliseconds);
  for (const server of servers) server.closeIdleConnections();
}

async function answerOrCut(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  await Promise.race([Promise.all(closed), sleep(answerWithinMilliseconds)]);
  const unanswered = await connectionsOf(servers);
  if (unanswered === 0) return;
  new Logger('Shutdown').warn(`${unanswered} connections are cut off: what was asked there takes too long`);
  for (const server of servers) server.closeAllConnections();
}

/** A server that hands every request and upgrade on to another one. */
function forwardingTo(main: Server): Server {
  const { keepAliveTimeout, requestTimeout, headersTimeout, timeout } = main;
  const { connectionsCheckingInterval } = connectionLimits;
  const server = createServer({ keepAliveTimeout, requestTimeout, headersTimeout, connectionsCheckingInterval });
  server.setTimeout(timeout);
  guardConnections(server);
  for (const event of ['request', 'upgrade', 'clientError'])
    server.on(event, (...heard: unknown[]) => main.emit(event, ...heard));
  return server;
}

async function connectionsOf(servers: readonly Server[]): Promise<number> {
  const counts = await Promise.all(servers.map((server) => promisify(server.getConnections.bind(server))()));
  return counts.reduce((sum, count) => sum + count, 0);
}
