/** What a player can be asked to do. */
export type Acts = Record<string, (argument: never) => unknown>;

export interface Question {
  id: number;
  act: string;
  argument: unknown;
}

export interface Answer {
  id: number;
  result?: unknown;
  fault?: string;
}

/** Answers the bench for the rest of this process's life, which ends with that of the bench. */
export function perform(acts: Acts): void {
  const answer = (message: Answer) => process.send?.(message);
  process.on('message', ({ id, act, argument }: Question) => {
    Promise.resolve()
      .then(() => (acts[act] as ((given: unknown) => unknown) | undefined)?.(argument))
      .then(
        (result) => answer({ id, result }),
        (error: unknown) =>
          answer({ id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  // The bench is gone, or done with this process; servers and sockets would keep it alive.
  process.on('disconnect', () => process.exit());
  // The terminal's Ctrl-C reaches the whole group; the bench puts everything away in its own order.
  process.on('SIGINT', () => undefined);
}

/** Milliseconds on the clock that all processes of this machine share. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
