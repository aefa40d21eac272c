/** Aborted when somebody asks this command to end. */
const asked = new AbortController();
export const interruption: AbortSignal = asked.signal;

/** One Ctrl-C arrives up to three times: from the terminal, from npm, and from the process that started this one. */
const oneKeyPress = 1_000;

/**
 * Ctrl-C, SIGTERM, SIGHUP and the end of the parent ask for an orderly end; a second Ctrl-C forces it. Children that run
 * on their own are then ended by the 'exit' handler of `OwnProcess`, or by the kernel.
 */
export function listenForInterruption(): void {
  let first = 0;
  const hear = (signal: NodeJS.Signals) => {
    if (first && signal === 'SIGINT' && Date.now() - first > oneKeyPress) process.exit(130);
    first ||= Date.now();
    asked.abort(new Interrupted());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  process.once('disconnect', () => hear('SIGTERM'));
  // The channel to the parent must not keep a finished command alive.
  process.channel?.unref();
  // A closed terminal must not interrupt the orderly end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
