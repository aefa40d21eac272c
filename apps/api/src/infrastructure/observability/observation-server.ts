import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import type { Answers, Question, Reported } from './self-report.ts';

/** Asks every process of this host; those that do not answer in time are left out. */
export type Ask = <Q extends Question>(question: Q) => Promise<Answers[Q][]>;

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

async function answer(path: string, ask: Ask, reply: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown, type = 'application/json') =>
    reply.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  switch (path) {
    case '/metrics':
      send(200, await summed(await ask('metrics')).metrics(), contentType);
      return;
    case '/health/live': {
      // That this process answers proves only that its own event loop runs: those of the serving processes must, too.
      const alive = await ask('live');
      send(alive.length > 0 ? 200 : 503, { status: alive.length > 0 ? 'ok' : 'no process answers' });
      return;
    }
    case '/health/ready': {
      const states = await ask('ready');
      const best = states.find(({ isReady }) => isReady) ?? states[0];
      send(best?.isReady ? 200 : 503, best ?? { isReady: false });
      return;
    }
    default:
      send(404, { code: 'NOT_FOUND' });
  }
}

export const summed = (reports: readonly Reported[]) => AggregatorRegistry.aggregate([...reports]);

/** The port of METRICS_PORT: nothing but figures and health, for Prometheus and the orchestrator. */
export async function serveObservations(port: number, host: string, ask: Ask): Promise<Server> {
  const server = createServer((request, reply) => {
    answer(new URL(request.url ?? '/', 'http://any').pathname, ask, reply).catch((error: unknown) => {
      console.error(error);
      if (!reply.headersSent) reply.writeHead(500);
      reply.end();
    });
  });
  await once(server.listen(port, host), 'listening');
  // It must not keep a process that is otherwise done.
  server.unref();
  return server;
}
