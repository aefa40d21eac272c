/**
 * Makes a reading of something that changes shareable: calls at the same time read once, and what a call gets was
 * read after that call. One that is under way may have begun before the change that the caller knows of.
 */
export function singleFlight(read: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const look = (): Promise<void> => {
    if (!underWay) {
      underWay = read().finally(() => (underWay = undefined));
      return underWay;
    }
    next ??= underWay
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return look();
      });
    return next;
  };
  return look;
}
