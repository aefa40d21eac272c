/**
 * Makes a reading of something that changes shareable: calls at the same time read once, and what a call gets was
 * read after that call. A run that is under way is never joined: it may have begun before the change that the caller
 * knows of. However many call, at most one run is under way and one more waits for it.
 */
export function singleFlight<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let underWay: Promise<Result> | undefined;
  let next: Promise<Result> | undefined;
  const call = (): Promise<Result> => {
    if (!underWay) {
      // A reading that throws before its first await is a rejection like any other.
      underWay = (async () => read())().finally(() => (underWay = undefined));
      return underWay;
    }
    next ??= underWay
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        next = undefined;
        return call();
      });
    return next;
  };
  return call;
}
