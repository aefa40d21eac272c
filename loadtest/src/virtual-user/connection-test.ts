import { measured, nextLoad, type Measured, type Sample } from '@exco/page-rules';
import { GaveUp } from './page.ts';
import { now } from './context.ts';
import type { Attendee } from './attendee.ts';

/** A student whose line was too slow presses “Test again”. */
const mostTests = 5;

/** What a CDN would have said: the images then never reach this system. */
const withoutImages: Measured = { kbps: 20_000, bytes: 192_000 };

async function test(user: Attendee, minimumKbps: number): Promise<Measured> {
  const small: Sample[] = [];
  const large: Sample[] = [];
  const loads = { small, large };
  for (let size = nextLoad(loads, minimumKbps); size !== null; size = nextLoad(loads, minimumKbps))
    (size === 64 ? small : large).push(await user.page.image(size, now()));
  return measured(loads, minimumKbps);
}

/** Loads the images as the page does, until the line is found fast enough. @throws GaveUp */
export async function measureConnection(user: Attendee): Promise<Measured> {
  const { images, minimumKbps } = user.context.behaviour;
  if (!images) return withoutImages;
  for (let round = 1; round <= mostTests; round++) {
    try {
      const line = await test(user, minimumKbps);
      user.context.recorder.measured(line.kbps);
      if (line.kbps >= minimumKbps) return line;
      user.context.recorder.error('connection test: too slow', `${line.kbps} kbps from this very machine`);
    } catch (error) {
      if (!(error instanceof GaveUp) || round === mostTests) throw error;
    }
    await user.thinkUnlessIn(1, 3);
    if (user.knowsToBeIn()) return withoutImages;
  }
  throw new GaveUp('connection test');
}
