import type { ConnectionTestSize } from '@exco/contracts';
import { pause } from '../core/retry';
import type { Sample } from './speed';

/** The image did not load, or the browser would not say how. */
export class ImageBlocked extends Error {
  override readonly name = 'ImageBlocked';
  readonly url: string;

  constructor(url: string) {
    super('the test image was blocked');
    this.url = url;
  }
}

/** A smaller answer is not our image: a filter put something else in its place. */
const leastBytes = 32_000;
const entryWithinMilliseconds = 1_000;

/** Where the images are: this server, unless the page was told of a network of caches. */
function imageUrl(kilobytes: ConnectionTestSize): string {
  const base =
    document.querySelector<HTMLMetaElement>('meta[name="connection-test"]')?.content ?? '/api/connection-test';
  return new URL(`${base}/${kilobytes}?${crypto.randomUUID()}`, location.href).href;
}

/**
 * Loads one test image and times it by Resource Timing, which leaves out the waiting.
 * @throws ImageBlocked, or the signal's reason
 */
export async function loadImage(kilobytes: ConnectionTestSize, signal: AbortSignal): Promise<Sample> {
  const url = imageUrl(kilobytes);
  const timing = timingOf(url);
  try {
    await shown(url, signal);
    const entry = await Promise.race([timing.entry, pause(entryWithinMilliseconds).then(() => null)]);
    // Zeros: from a cache, or from elsewhere without permission to look.
    if (!entry || entry.transferSize === 0 || entry.responseStart === 0 || entry.encodedBodySize < leastBytes)
      throw new ImageBlocked(url);
    return { bytes: entry.encodedBodySize, milliseconds: entry.responseEnd - entry.responseStart };
  } finally {
    timing.stop();
  }
}

function shown(url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    const stop = () => {
      image.onload = image.onerror = null;
      image.src = '';
      reject(signal.reason as Error);
    };
    const settle = (outcome: () => void) => () => {
      signal.removeEventListener('abort', stop);
      outcome();
    };
    image.onload = settle(resolve);
    image.onerror = settle(() => reject(new ImageBlocked(url)));
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    image.src = url;
  });
}

/** An observer, because the browser's own list of entries fills up and then drops what is new. */
function timingOf(url: string): { entry: Promise<PerformanceResourceTiming | null>; stop: () => void } {
  let stop = () => {};
  const entry = new Promise<PerformanceResourceTiming | null>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const [found] = list.getEntriesByName(url);
      if (found) resolve(found as PerformanceResourceTiming);
    });
    observer.observe({ type: 'resource' });
    stop = () => {
      observer.disconnect();
      resolve(null);
    };
  });
  return { entry, stop };
}
