import { measurementOf, nextImage, serverWasLate, type Measured, type Piece } from '@exco/page-rules';
import { GaveUp } from './page.ts';
import { now } from './context.ts';
import type { Attendee } from './attendee.ts';

/** A student whose line was too slow presses “Test again”. */
const mostTests = 5;

/** What a CDN would have said: the images then never reach this system. */
const withoutImages: Measured = { kbps: 20_000, bytes: 192_000 };

async function test(user: Attendee, minimumKbps: number): Promise<{ measured: Measured; late: boolean }> {
  const images: Piece[][] = [];
  let late = false;
  for (let size = nextImage(images, minimumKbps); size !== null; size = nextImage(images, minimumKbps)) {
    const { pieces, serverTiming } = await user.page.image(size, user.waits, now());
    images.push(pieces);
    late ||= serverWasLate(serverTiming);
  }
  return { measured: measurementOf(images, minimumKbps), late };
}

/** Loads the images as the page does, until the line is found fast enough. @throws GaveUp */
export async function measureConnection(user: Attendee): Promise<Measured> {
  const { images, minimumKbps } = user.context.behaviour;
  if (!images) return withoutImages;
  for (let round = 1; round <= mostTests; round++) {
    try {
      const { measured, late } = await test(user, minimumKbps);
      if (measured.kbps >= minimumKbps) {
        user.context.recorder.measured(measured.kbps);
        return measured;
      }
      // The page measures again by itself, and tells nobody.
      if (!late || round === mostTests) {
        user.context.recorder.measured(measured.kbps);
        user.context.recorder.error('connection test: too slow', `${measured.kbps} kbps from this very machine`);
      }
    } catch (error) {
      if (!(error instanceof GaveUp) || round === mostTests) throw error;
    }
    await user.thinkUnlessIn(1, 3);
    if (user.knowsToBeIn()) return withoutImages;
  }
  throw new GaveUp('connection test');
}
