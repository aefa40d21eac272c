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
 */
export function limitBodies(server: FastifyInstance, milliseconds = bodyMilliseconds): void {
  // In the order in which they came.
  const receiving = new Map<IncomingMessage, number>();
  const cutOff = new PeriodicTask('cutting off slow bodies', milliseconds / 6, () => {
    const before = performance.now() - milliseconds;
    for (const [request, since] of receiving) {
      if (since > before) return;
      receiving.delete(request);
      answerAndEnd(request.socket, new ApiError('REQUEST_TIMEOUT'));
    }
  });
  server.addHook('onRequest', ({ raw }, _, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if (encoding !== undefined || length !== '0') receiving.set(raw, performance.now());
    done();
  });
  server.addHook('preValidation', ({ raw }, _, done) => {
    receiving.delete(raw);
    done();
  });
  server.addHook('onResponse', ({ raw }, _, done) => {
    receiving.delete(raw);
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
