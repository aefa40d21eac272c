import { GaveUp } from './page.ts';
import { now } from './stage.ts';
import type { Student } from './student.ts';

export interface Measured {
  kbps: number;
  bytes: number;
}

interface Sample {
  bytes: number;
  milliseconds: number;
}

/** The page's own figures, see the web app's connection test. */
const firstLoads = 3;
const furtherLoads = 4;
const clearlyEnough = 4;
const tellingMilliseconds = 1_000;
const shortestMilliseconds = 0.1;
/** A student whose line was too slow presses “Test again”. */
const mostTests = 5;

/** What a CDN would have said: the images then never reach this system. */
const withoutImages: Measured = { kbps: 20_000, bytes: 192_000 };

/** 1 kbps is one bit a millisecond. */
const kbps = ({ bytes, milliseconds }: Sample) =>
  Math.round((bytes * 8) / Math.max(milliseconds, shortestMilliseconds));

function speedOf(samples: readonly Sample[]): number {
  const sorted = samples.map(kbps).sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

async function test(student: Student, minimumKbps: number): Promise<Measured> {
  const samples: Sample[] = [];
  for (let load = 0; load < firstLoads; load++) samples.push(await student.page.image(64, now()));
  const settled = () =>
    speedOf(samples) >= minimumKbps * clearlyEnough ||
    samples.some(({ milliseconds }) => milliseconds >= tellingMilliseconds);
  for (let load = 0; load < furtherLoads && !settled(); load++) samples.push(await student.page.image(256, now()));
  return { kbps: speedOf(samples), bytes: samples.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Loads the images as the page does, until the line is found fast enough. @throws GaveUp */
export async function measureConnection(student: Student): Promise<Measured> {
  const { images, minimumKbps } = student.stage.direction;
  if (!images) return withoutImages;
  for (let round = 1; round <= mostTests; round++) {
    try {
      const measured = await test(student, minimumKbps);
      if (measured.kbps >= minimumKbps) return measured;
      student.stage.recorder.error('connection test: too slow', `${measured.kbps} kbps from this very machine`);
    } catch (error) {
      if (!(error instanceof GaveUp) || round === mostTests) throw error;
    }
    await student.thinkUnlessIn(1, 3);
    if (student.knowsToBeIn()) return withoutImages;
  }
  throw new GaveUp('connection test');
}
