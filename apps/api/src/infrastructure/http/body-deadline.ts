import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { PeriodicTask } from '../scheduling/periodic.ts';
import { ApiError } from './api-error.ts';
import { answerAndEnd } from './connections.ts';

/** A whole JSON body is 64 kB at most. */
const bodyMilliseconds = 30_000;

/**
 * Cuts off requests whose body is not there in time, with REQUEST_TIMEOUT. Node's own limit is one for all routes, and an
 * upload that a route takes as a stream may last: it reaches its route at once, and is judged there by its progress.
 * Whoever is answered before that, because they were refused, has as long again to send the rest, and no longer.
 */
export function limitBodies(server: FastifyInstance, milliseconds = bodyMilliseconds): void {
  // In the order in which their time began.
  const receiving = new Map<IncomingMessage, { since: number; isAnswered: boolean }>();
  const wait = (request: IncomingMessage, isAnswered: boolean) => {
    receiving.delete(request);
    receiving.set(request, { since: performance.now(), isAnswered });
  };
  const cutOff = new PeriodicTask('cutting off slow bodies', milliseconds / 6, () => {
    const before = performance.now() - milliseconds;
    for (const [request, { since, isAnswered }] of receiving) {
      if (since > before) return;
      receiving.delete(request);
      if (request.complete) continue;
      if (isAnswered) request.socket.destroy();
      else answerAndEnd(request.socket, new ApiError('REQUEST_TIMEOUT'));
    }
  });
  server.addHook('onRequest', ({ raw }, _, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if (encoding !== undefined || length !== '0') wait(raw, false);
    done();
  });
  server.addHook('preValidation', ({ raw }, _, done) => {
    receiving.delete(raw);
    done();
  });
  server.addHook('onResponse', ({ raw }, _, done) => {
    if (raw.complete) receiving.delete(raw);
    else wait(raw, true);
    done();
  });
  server.addHook('onRequestAbort', ({ raw }, done) => {
    receiving.delete(raw);
    done();
  });
  server.addHook('onListen', (done) => {
    cutOff.start();
    done();
  });
  server.addHook('preClose', () => cutOff.stop());
}
