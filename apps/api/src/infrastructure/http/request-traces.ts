import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Env } from '../config/env.ts';
import { tracedRequest } from '../observability/tracing.ts';

/** A trace for each request to the API, by its route; neither for the page's files nor for who looks after health. */
export function traceRequests(app: NestFastifyApplication, { OTEL_EXPORTER_OTLP_ENDPOINT }: Env): void {
  if (OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return;
  const ends = new WeakMap<FastifyRequest, (status: number) => void>();
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, _, done) => {
    const route = request.routeOptions.url;
    if (!route?.startsWith('/api/')) {
      done();
      return;
    }
    const end = tracedRequest(request.method, route, done);
    if (end) ends.set(request, end);
  });
  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    ends.get(request)?.(reply.statusCode);
    done();
  });
}
