const answered = 'answered';

/** A line that is lost without a word from the browser is also back without one: the first answer tells. */
export const line = {
  cameThrough: () => void dispatchEvent(new Event(answered)),
  /** Resolves when the browser says that it is online, or the server has answered anything. */
  isBack: (signal: AbortSignal) =>
    new Promise<unknown>((resolve) => {
      for (const sign of ['online', answered]) addEventListener(sign, resolve, { once: true, signal });
    }),
};
