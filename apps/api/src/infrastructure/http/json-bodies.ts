import type { FastifyInstance } from 'fastify';

/**
 * Reads JSON as Fastify does by default, and an empty body as none: many clients name `application/json` with every
 * request, also on routes that take no body. A route that needs one refuses its absence by its schema.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null);
    else void parse(request, body, done);
  });
}
