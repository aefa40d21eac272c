const answerWithinMilliseconds = 5_000;

/** How a stream stood when its picture stopped. */
export interface Stopped {
  /** The number of the newest piece that its playlist named; null when there was none. */
  newest: number | null;
  /** Its playlist said that it is over. */
  hasEnded: boolean;
}

/**
 * Whether a stream that stopped is well again: its playlist answers and has moved on, and its newest piece can be had.
 * Shows nothing, and loads no more than it must. Never rejects.
 */
export async function isWell(url: string, stopped: Stopped, signal: AbortSignal): Promise<boolean> {
  try {
    const { newest, piece, hasEnded } = await mediaPlaylist(url, signal);
    // A recording ends from the beginning; whoever has not seen its end goes on.
    if (hasEnded ? stopped.hasEnded : newest === stopped.newest) return false;
    return piece !== null && (await begins(piece, signal));
  } catch {
    return false;
  }
}

async function mediaPlaylist(address: string, signal: AbortSignal) {
  const url = new URL(address, location.href).href;
  const text = await playlist(url, signal);
  if (!text.includes('#EXT-X-STREAM-INF')) return read(text, url);
  const variant = new URL(uris(text)[0] ?? '', url).href;
  return read(await playlist(variant, signal), variant);
}

async function playlist(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: within(signal), cache: 'no-store' });
  const text = response.ok ? await response.text() : '';
  if (!text.startsWith('#EXTM3U')) throw new Error('no playlist');
  return text;
}

/** Only its first bytes: a piece may be large. */
async function begins(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { signal: within(signal), cache: 'no-store' });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return response.ok && first?.done === false;
}

/** As RFC 8216 numbers the pieces: the first has the media sequence number, each one more. */
function read(text: string, base: string) {
  const pieces = uris(text);
  const newest = pieces.at(-1);
  return {
    piece: newest === undefined ? null : new URL(newest, base).href,
    newest: Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0) + pieces.length - 1,
    hasEnded: text.includes('#EXT-X-ENDLIST'),
  };
}

const uris = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(answerWithinMilliseconds)]);
