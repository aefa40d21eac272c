/** Aborted when somebody asks this command to end. */
const asked = new AbortController();
export const interruption: AbortSignal = asked.signal;

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** One Ctrl-C arrives several times: from the terminal, from npm, and from whoever started this. */
const oneKeyPress = 1_000;

/** Ctrl-C, SIGTERM, SIGHUP and the end of the parent ask for an orderly end; a second Ctrl-C forces it. */
export function listenForInterruption(): void {
  let first = 0;
  const hear = (signal: NodeJS.Signals) => {
    if (first && signal === 'SIGINT' && Date.now() - first > oneKeyPress) process.exit(130);
    first ||= Date.now();
    asked.abort(new Interrupted());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  process.once('disconnect', () => hear('SIGTERM'));
  process.channel?.unref();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** @throws Interrupted */
export async function pause(milliseconds: number): Promise<void> {
  interruption.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(interruption.reason as Error);
    };
    const timer = setTimeout(() => {
      interruption.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    interruption.addEventListener('abort', stop, { once: true });
  });
}
