import type { FastifyInstance, FastifyReply } from 'fastify';

/** A whole JSON body is 64 kB at most. */
export const bodyMilliseconds = 30_000;

const timeout = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/**
 * Cuts off requests whose body is not there in time. Node's own limit is one for all routes, and an upload that a route
 * takes as a stream may last: it reaches its route at once, and is judged there by its progress.
 */
export function limitBodies(server: FastifyInstance, milliseconds = bodyMilliseconds): void {
  const receiving = new Map<FastifyReply, number>();
  server.addHook('onRequest', (request, reply, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (encoding !== undefined || (length !== undefined && length !== '0')) receiving.set(reply, performance.now());
    done();
  });
  server.addHook('preValidation', (_, reply, done) => {
    receiving.delete(reply);
    done();
  });
  server.addHook('onResponse', (_, reply, done) => {
    receiving.delete(reply);
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    for (const reply of receiving.keys()) if (reply.request === request) receiving.delete(reply);
    done();
  });
  const sweep = setInterval(() => {
    const before = performance.now() - milliseconds;
    for (const [reply, since] of receiving) {
      // In the order in which they came.
      if (since > before) break;
      receiving.delete(reply);
      reply.request.raw.socket.end(timeout, () => reply.request.raw.destroy());
    }
  }, milliseconds / 6);
  sweep.unref();
  server.addHook('onClose', (_, done) => {
    clearInterval(sweep);
    done();
  });
}
