import { interruption } from '@exco/local-stack';

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
