import { comparedWith, kbps, type Sample } from './speed.ts';

/** What the check-in says of the line. */
export interface Measured {
  kbps: number;
  bytes: number;
}

/** How much of an image had arrived by a moment. */
export interface Piece {
  /** Since the beginning of the image. */
  bytes: number;
  milliseconds: number;
}

/** The sizes of the two images in kB: nearly every line needs the first one alone. */
const firstImage = 192;
const secondImage = 256;
/** A line of so many times the minimum needs no second image, and neither does one of so few. */
const clearlyEnough = 2;
const hopeless = 0.7;
/** The test ends then, and is judged by what has come through. */
export const longestTestMilliseconds = 9_500;
/** A connection begins slowly, whatever the line carries: that part of the image is left out. */
const leftOut = 1 / 3;

/** The part of an image that came at full speed; null when no two pieces of it came. */
export function steadyPart(pieces: readonly Piece[]): Sample | null {
  const last = pieces.at(-1);
  if (!last) return null;
  const from = pieces.find(({ bytes }) => bytes >= last.bytes * leftOut);
  if (!from || from.bytes === last.bytes) return null;
  return { bytes: last.bytes - from.bytes, milliseconds: last.milliseconds - from.milliseconds };
}

/** The size of the image to load next, in kB; null when the line is measured: at most 448 kB in all. */
export function nextImage(images: readonly (readonly Piece[])[], minimumKbps: number): 192 | 256 | null {
  if (images.length === 0) return firstImage;
  const times = speedOf(images) / minimumKbps;
  return images.length === 1 && times >= hopeless && times < clearlyEnough ? secondImage : null;
}

/** What the images say of the line. An image that came in one piece says only that it came. */
export function measurementOf(images: readonly (readonly Piece[])[], minimumKbps: number): Measured {
  const bytes = images.reduce((sum, pieces) => sum + (pieces.at(-1)?.bytes ?? 0), 0);
  return { kbps: comparedWith(minimumKbps, speedOf(images)), bytes };
}

function speedOf(images: readonly (readonly Piece[])[]): number {
  const parts = images.map((pieces) => steadyPart(pieces) ?? whole(pieces));
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return kbps({ bytes, milliseconds: parts.reduce((sum, part) => sum + part.milliseconds, 0) });
}

function whole(pieces: readonly Piece[]): Sample {
  return pieces.at(-1) ?? { bytes: 0, milliseconds: 0 };
}

/**
 * Whether the server may have been the slow part: then a measurement that is too slow does not count.
 * @param serverTiming the header `Server-Timing` of the image; `wait;dur=…` are the milliseconds it waited in the server
 */
export function serverWasLate(serverTiming: string | null): boolean {
  const wait = /(?:^|,)\s*wait\s*;[^,]*\bdur=(\d+(?:\.\d+)?)/.exec(serverTiming ?? '')?.[1];
  return wait !== undefined && Number(wait) >= lateMilliseconds;
}

const lateMilliseconds = 50;
