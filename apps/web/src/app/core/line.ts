const through = new EventTarget();

/** A line that is lost without a word from the browser is also back without one: the first answer tells. */
export const line = {
  cameThrough(): void {
    through.dispatchEvent(new Event('answer'));
  },
  /** Resolves when the browser says that it is online, or the server has answered anything. */
  isBack(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      addEventListener('online', () => resolve(), { once: true, signal });
      through.addEventListener('answer', () => resolve(), { once: true, signal });
    });
  },
};
