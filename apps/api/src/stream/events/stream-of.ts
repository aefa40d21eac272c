import type { StreamView } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';

/** Where the stream is. Only who is checked in is told. */
export function streamOf({ streamUrl, fallbackStreamUrl }: LiveEvent): StreamView {
  return { url: streamUrl, fallbackUrl: fallbackStreamUrl };
}
