import Fastify from 'fastify';
import { serve } from '../processes/serve.ts';

export type BarePost = typeof calls;

const calls = {
  /** A server that parses a check-in and answers nothing of use. @returns its port */
  listen: async (): Promise<number> => {
    const server = Fastify();
    server.post<{ Body: { classmates: unknown[] } }>('/x', (request, reply) => {
      void reply.send({ ok: request.body.classmates.length });
    });
    return Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
  },
};

serve(calls);
