import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Env } from '../config/env.ts';
import { duringRequest } from '../observability/request-context.ts';

const given = /^[\w.-]{8,64}$/;

/** The proxy may name a request; else its number in this process does. */
function idOf({ headers, id }: FastifyRequest, processId: string): string {
  const named = headers['x-request-id'];
  return typeof named === 'string' && given.test(named) ? named : `${processId}-${id}`;
}

/**
 * One line for each request, and an id that its batch takes along to the worker. Says the route, never the address as it
 * was asked for, which may hold a token, and never who asked or from where.
 */
export function logRequests(app: NestFastifyApplication, { LOG_REQUESTS, processId }: Env): void {
  if (LOG_REQUESTS === 'off') return;
  const logger = new Logger('Request');
  const ids = new WeakMap<FastifyRequest, string>();
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    const id = idOf(request, processId);
    ids.set(request, id);
    reply.header('x-request-id', id);
    duringRequest(id, done);
  });
  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    logger.log({
      requestId: ids.get(request),
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
