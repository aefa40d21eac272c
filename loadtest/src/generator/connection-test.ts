import { measured, nextLoad, type Measured, type Sample } from '@exco/page-rules';
import { GaveUp } from './page.ts';
import { now } from './stage.ts';
import type { Student } from './student.ts';

/** A student whose line was too slow presses “Test again”. */
const mostTests = 5;

/** What a CDN would have said: the images then never reach this system. */
const withoutImages: Measured = { kbps: 20_000, bytes: 192_000 };

async function test(student: Student, minimumKbps: number): Promise<Measured> {
  const small: Sample[] = [];
  const large: Sample[] = [];
  const loads = { small, large };
  for (let size = nextLoad(loads, minimumKbps); size !== null; size = nextLoad(loads, minimumKbps))
    (size === 64 ? small : large).push(await student.page.image(size, now()));
  return measured(loads, minimumKbps);
}

/** Loads the images as the page does, until the line is found fast enough. @throws GaveUp */
export async function measureConnection(student: Student): Promise<Measured> {
  const { images, minimumKbps } = student.stage.direction;
  if (!images) return withoutImages;
  for (let round = 1; round <= mostTests; round++) {
    try {
      const line = await test(student, minimumKbps);
      if (line.kbps >= minimumKbps) return line;
      student.stage.recorder.error('connection test: too slow', `${line.kbps} kbps from this very machine`);
    } catch (error) {
      if (!(error instanceof GaveUp) || round === mostTests) throw error;
    }
    await student.thinkUnlessIn(1, 3);
    if (student.knowsToBeIn()) return withoutImages;
  }
  throw new GaveUp('connection test');
}
