import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Which request the code that runs now belongs to. Nothing enters it unless requests are logged, so that a check-in does
 * not pay for it.
 */
const requests = new AsyncLocalStorage<string>();

export const currentRequestId = (): string | undefined => requests.getStore();

export function duringRequest<T>(requestId: string | undefined, work: () => T): T {
  return requestId === undefined ? work() : requests.run(requestId, work);
}
