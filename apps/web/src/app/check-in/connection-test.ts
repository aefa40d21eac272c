import type { ConnectionTestSize } from '@exco/contracts';
import {
  longestTestMilliseconds,
  type Measured,
  measurementOf,
  nextImage,
  type Piece,
  serverWasLate,
} from '@exco/page-rules';
import { pause } from '../core/retry';
import type { LoadedImage, Loading } from './load-image';

export type LoadImage = (kilobytes: ConnectionTestSize, loading: Loading) => Promise<LoadedImage>;

export interface Progress {
  /** 0 to 1. */
  done: number;
  /** What is known so far. */
  kbps: number;
}

export interface Listeners {
  signal: AbortSignal;
  progress: (now: Progress) => void;
  /** An image is there, and can be shown. */
  loaded: (image: Blob) => void;
}

/** Nothing came through within the time there is. */
export class TooSlowToMeasure extends Error {
  override readonly name = 'TooSlowToMeasure';
}

/** A server that is late stays so for some seconds. */
const betweenMeasurements = 2_000;
const mostMeasurements = 4;
/** Bytes of the two images together. */
const mostBytes = 448_000;

/**
 * Measures the line by one image, or two near the minimum: at most 10 s and 448 kB. A line is called too slow only by a
 * measurement during which the server was not late: otherwise the line is measured again.
 * @throws TooSlowToMeasure, the signal's reason, and whatever `load` throws
 */
export async function testConnection(minimumKbps: number, load: LoadImage, listeners: Listeners): Promise<Measured> {
  for (let measurement = 1; ; measurement++) {
    const { measured, late } = await measure(minimumKbps, load, listeners);
    if (measured.kbps >= minimumKbps || !late || measurement === mostMeasurements) {
      if (measured.kbps === 0) throw new TooSlowToMeasure();
      return measured;
    }
    await pause(Math.random() * betweenMeasurements * measurement, listeners.signal);
  }
}

async function measure(minimumKbps: number, load: LoadImage, { signal, progress, loaded }: Listeners) {
  const timeUp = AbortSignal.timeout(longestTestMilliseconds);
  const either = AbortSignal.any([signal, timeUp]);
  const images: Piece[][] = [];
  let late = false;
  try {
    for (let size = nextImage(images, minimumKbps); size; size = nextImage(images, minimumKbps)) {
      const pieces: Piece[] = [];
      images.push(pieces);
      const piece = (arrived: Piece) => {
        pieces.push(arrived);
        const { kbps, bytes } = measurementOf(images, minimumKbps);
        progress({ done: bytes / mostBytes, kbps });
      };
      const { image, serverTiming } = await load(size, { signal: either, piece });
      late ||= serverWasLate(serverTiming);
      loaded(image);
    }
  } catch (error) {
    if (signal.aborted || !timeUp.aborted) throw error;
  }
  return { measured: measurementOf(images, minimumKbps), late };
}
