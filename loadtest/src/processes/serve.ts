/** What a child process can be asked to do. */
export type Calls = Record<string, (argument: never) => unknown>;

export interface Question {
  id: number;
  call: string;
  argument: unknown;
}

export interface Answer {
  id: number;
  result?: unknown;
  fault?: string;
}

/** Answers the parent for the rest of this process's life, which ends with that of the parent. */
export function serve(calls: Calls): void {
  const answer = (message: Answer) => process.send?.(message);
  process.on('message', ({ id, call, argument }: Question) => {
    Promise.resolve()
      .then(() => (calls[call] as ((given: unknown) => unknown) | undefined)?.(argument))
      .then(
        (result) => answer({ id, result }),
        (error: unknown) =>
          answer({ id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  // The parent is gone, or done with this process; servers and sockets would keep it alive.
  process.on('disconnect', () => process.exit());
  // The terminal's Ctrl-C reaches the whole process group; the parent ends its children in its own order.
  process.on('SIGINT', () => undefined);
}

/** Milliseconds on the clock that all processes of this machine share. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
