import cluster from 'node:cluster';
import { flushCompileCache } from 'node:module';
import type { Env } from '../config/env.ts';
import { serveObservations, type Ask } from '../observability/observation-server.ts';
import type { SelfReport } from '../observability/self-report.ts';
import { answerParent, Children } from './children.ts';
import { StartRefused } from './start-refused.ts';

/** Before another is tried in the place of one that died at its start: that would otherwise keep a core busy. */
const restartMilliseconds = 1_000;

type Where = Pick<Env, 'METRICS_PORT' | 'METRICS_HOST'>;

/**
 * Runs `start` in this process, or in `count` processes below it that share the port through SO_REUSEPORT. One that
 * dies is replaced; a signal to this process goes on to all of them. Tells the parent `ready` when all are.
 */
export async function runProcesses(count: number, where: Where, start: () => Promise<SelfReport>): Promise<void> {
  try {
    if (count > 1 && cluster.isPrimary) {
      await serve(where, new Children().ask);
      supervise(count);
      return;
    }
    const report = await start();
    if (cluster.isWorker) answerParent(report);
    else await serve(where, async (question) => [await report.answer(question)]);
    process.send?.('ready');
    // Where NODE_COMPILE_CACHE keeps it. At its end Node does so by itself, but one that is killed has no end.
    flushCompileCache();
  } catch (error) {
    console.error(error instanceof StartRefused ? error.message : error);
    // Connections of what was begun would keep this process alive.
    process.exit(1);
  }
}

async function serve({ METRICS_PORT, METRICS_HOST }: Where, ask: Ask): Promise<void> {
  if (METRICS_PORT === undefined) return;
  try {
    await serveObservations(METRICS_PORT, METRICS_HOST, ask);
  } catch (error) {
    throw new StartRefused(`METRICS_PORT: ${METRICS_HOST}:${METRICS_PORT} cannot be opened: ${String(error)}`, {
      cause: error,
    });
  }
}

function supervise(count: number): void {
  let starting = count;
  let stopping = false;
  const served = new Set<number>();

  cluster.on('message', ({ id }, message) => {
    if (message !== 'ready') return;
    served.add(id);
    if (--starting === 0) process.send?.('ready');
  });
  cluster.on('exit', ({ id }, code) => {
    if (stopping) return;
    // One that cannot start will not start a second later either; the others end with this process.
    if (starting > 0) process.exit(code === 0 ? 1 : code);
    setTimeout(() => stopping || cluster.fork(), served.delete(id) ? 0 : restartMilliseconds);
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      stopping = true;
      // Once the last of them has gone nothing keeps this process.
      for (const one of Object.values(cluster.workers ?? {})) one?.process.kill(signal);
    });
  for (let index = 0; index < count; index++) cluster.fork();
}
