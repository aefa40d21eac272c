export interface DemoSegments {
  /** The initialisation segment (fMP4). */
  init: string;
  segments: { file: string; seconds: number }[];
}

const windowSegments = 5;
/**
 * Discontinuities are counted anew after so many, some days. hls.js keeps an array with that index and copies it: with the
 * turns since 1970, ninety million, a phone stood still for four seconds at each turn. It takes a lower number as its own.
 */
export const mostDiscontinuities = 30_000;

/**
 * A live playlist that slides with the clock over segments that repeat for ever. Format: RFC 8216; each turn of the
 * loop begins with a discontinuity, because the segments' own timestamps begin anew.
 * @param now milliseconds since 1970
 */
export function demoPlaylist({ init, segments }: DemoSegments, now: number): string {
  const loopSeconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const turn = Math.floor(now / 1000 / loopSeconds);
  let rest = now / 1000 - turn * loopSeconds;
  let inTurn = 0;
  while (inTurn < segments.length - 1 && rest >= (segments[inTurn]?.seconds ?? 0))
    rest -= segments[inTurn++]?.seconds ?? 0;
  // The segment of this moment is still being “recorded”: the newest one offered is the one before.
  const end = turn * segments.length + inTurn;
  const first = end - windowSegments;
  const discontinuities = Math.floor((first - 1) / segments.length) % mostDiscontinuities;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...segments.map((segment) => segment.seconds)))}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`,
    `#EXT-X-MAP:URI="${init}"`,
  ];
  for (let index = first; index < end; index++) {
    const segment = segments[index % segments.length];
    if (!segment) continue;
    if (index % segments.length === 0) lines.push('#EXT-X-DISCONTINUITY', `#EXT-X-MAP:URI="${init}"`);
    lines.push(`#EXTINF:${segment.seconds.toFixed(3)},`, segment.file);
  }
  return `${lines.join('\n')}\n`;
}
