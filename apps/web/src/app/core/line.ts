import { returnSpread } from '@exco/page-rules';

const answered = 'answered';
let sharedBy: number | null = null;

/** A line that is lost without a word from the browser is also back without one: the first answer tells. */
export const line = {
  cameThrough: () => void dispatchEvent(new Event(answered)),
  /** Resolves when the browser says that it is online, or the server has answered anything. */
  isBack: (signal: AbortSignal) =>
    new Promise<unknown>((resolve) => {
      for (const sign of ['online', answered]) addEventListener(sign, resolve, { once: true, signal });
    }),
  /** The pages of a school come back in the same moment. @param pages the server's figure; null when it gave none */
  isSharedBy: (pages: number | null) => void (sharedBy = pages),
  /** Milliseconds that this page leaves to the others, once its line is back. */
  turn: (random = Math.random) => random() * returnSpread(sharedBy),
};
