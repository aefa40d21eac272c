import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type INestApplicationContext } from '@nestjs/common';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Each step of closing has a limit of its own; this one is for what has none. Below what systemd and our own tools wait. */
const closeWithinMilliseconds = 15_000;

/**
 * Ends this process in good order when it is told to stop.
 * @param before comes before everything is closed. A second signal aborts what it is given.
 */
export function closeOnSignal(
  app: INestApplicationContext,
  before: (hurry: AbortSignal) => Promise<void> = () => Promise.resolve(),
): void {
  const logger = new Logger('Shutdown');
  let hurry: AbortController | undefined;
  const hear = () => {
    if (hurry) {
      hurry.abort();
      return;
    }
    hurry = new AbortController();
    // Bull drops a promise that rejects where Redis is away: that must not break off what is being finished.
    process.on('unhandledRejection', (error) => logger.warn(`while everything is closed: ${String(error)}`));
    // All is closed by then; a connection that a library forgot must not keep the process.
    before(hurry.signal)
      .then(() => closed(app))
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error(error);
          process.exit(1);
        },
      );
  };
  for (const signal of signals) process.on(signal, hear);
}

async function closed(app: INestApplicationContext): Promise<void> {
  const late = sleep(closeWithinMilliseconds).then(() => {
    throw new Error(`not everything could be closed within ${closeWithinMilliseconds / 1_000} s; the process ends`);
  });
  await Promise.race([app.close(), late]);
}
