import type { ConnectionTestSize } from '@exco/contracts';
import type { Piece } from '@exco/page-rules';

/** Why an image did not load. */
export type ImageFault = 'offline' | 'unreachable' | 'blocked' | 'too-many' | 'busy';

export class ImageFailed extends Error {
  override readonly name = 'ImageFailed';
  readonly fault: ImageFault;

  constructor(fault: ImageFault) {
    super(`the test image did not load: ${fault}`);
    this.fault = fault;
  }
}

/** Told the pieces of an image while it loads: what had arrived when a test ends counts too. */
export interface Loading {
  signal: AbortSignal;
  piece: (piece: Piece) => void;
}

export interface LoadedImage {
  image: Blob;
  /** The header of that name. */
  serverTiming: string | null;
}

const answerWithinMilliseconds = 6_000;

/** Where the images are: this server, unless the page was told of a CDN. */
function imageUrl(kilobytes: ConnectionTestSize): string {
  const base =
    document.querySelector<HTMLMetaElement>('meta[name="connection-test"]')?.content ?? '/api/connection-test';
  return new URL(`${base}/${kilobytes}?${crypto.randomUUID()}`, location.href).href;
}

/**
 * Loads one test image and reads it as it arrives.
 * @throws ImageFailed, or the signal's reason
 */
export async function loadImage(kilobytes: ConnectionTestSize, { signal, piece }: Loading): Promise<LoadedImage> {
  const response = await fetch(imageUrl(kilobytes), { signal, cache: 'no-store' }).catch(() => null);
  signal.throwIfAborted();
  if (!response) throw new ImageFailed(await faultOfNoAnswer(signal));
  // Another type is not our image: a filter put something else in its place.
  if (!response.ok || !response.body || response.headers.get('content-type') !== 'image/png')
    throw new ImageFailed(faultOf(response.status));
  const startedAt = performance.now();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      parts.push(value);
      piece({ bytes, milliseconds: performance.now() - startedAt });
    }
  } catch {
    signal.throwIfAborted();
    throw new ImageFailed(await faultOfNoAnswer(signal));
  }
  return { image: new Blob(parts, { type: 'image/png' }), serverTiming: response.headers.get('server-timing') };
}

function faultOf(status: number): ImageFault {
  if (status === 429) return 'too-many';
  return status >= 500 ? 'busy' : 'blocked';
}

/** A request that fails says nothing of its reason; whether another one is answered does. */
async function faultOfNoAnswer(signal: AbortSignal): Promise<ImageFault> {
  if (!navigator.onLine) return 'offline';
  const within = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMilliseconds)]);
  const other = await fetch('/manifest.webmanifest', { signal: within, cache: 'no-store' }).catch(() => null);
  signal.throwIfAborted();
  return other ? 'blocked' : 'unreachable';
}
