import Fastify from 'fastify';
import { perform } from '../perform.ts';

export type BarePost = typeof acts;

const acts = {
  /** @returns its port */
  listen: async (): Promise<number> => {
    const server = Fastify();
    server.post<{ Body: { classmates: unknown[] } }>('/x', (request, reply) => {
      void reply.send({ ok: request.body.classmates.length });
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    return Number(new URL(url).port);
  },
};

perform(acts);
