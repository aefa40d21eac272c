import cluster from 'node:cluster';

const restartMilliseconds = 1_000;

/**
 * Runs `start` in this process, or in `count` processes below it that share the port through SO_REUSEPORT. One that
 * dies is replaced; a signal to this process goes on to all of them. Tells the parent `ready` when all are.
 */
export async function runProcesses(count: number, start: () => Promise<void>): Promise<void> {
  if (count > 1 && cluster.isPrimary) {
    supervise(count);
    return;
  }
  try {
    await start();
    process.send?.('ready');
  } catch (error) {
    console.error(error);
    // Connections of what was begun would keep this process alive.
    process.exit(1);
  }
}

function supervise(count: number): void {
  let starting = count;
  let stopping = false;

  cluster.on('message', (_, message) => {
    if (message === 'ready' && --starting === 0) process.send?.('ready');
  });
  cluster.on('exit', (_, code) => {
    if (stopping) return;
    // One that cannot start will not start a second later either; the others end with this process.
    if (starting > 0) process.exit(code === 0 ? 1 : code);
    setTimeout(() => stopping || cluster.fork(), restartMilliseconds);
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      stopping = true;
      // Once the last of them has gone nothing keeps this process.
      for (const one of Object.values(cluster.workers ?? {})) one?.process.kill(signal);
    });
  for (let index = 0; index < count; index++) cluster.fork();
}
