import { demoPlaylist, type DemoSegments, mostDiscontinuities } from './demo-playlist.ts';

const demo: DemoSegments = {
  init: 'init.mp4',
  segments: [2, 2, 1.5, 2.5].map((seconds, index) => ({ file: `${index}.m4s`, seconds })),
};
const loop = 8_000;
const begin = loop * 200_000_000;

interface Entry {
  sequence: number;
  file: string;
  /** How many discontinuities lie before it, as a player counts them (RFC 8216, 4.3.3.3). */
  discontinuity: number;
}

function read(now: number): Entry[] {
  const text = demoPlaylist(demo, now);
  let sequence = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
  let discontinuity = Number(/DISCONTINUITY-SEQUENCE:(\d+)/.exec(text)?.[1]);
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    if (line === '#EXT-X-DISCONTINUITY') discontinuity++;
    if (/^[^#]/.test(line)) entries.push({ sequence: sequence++, file: line, discontinuity });
  }
  return entries;
}

test('a live playlist: no end, a target no segment exceeds, and the initialisation before all', () => {
  const text = demoPlaylist(demo, begin);
  expect(text).toMatch(/^#EXTM3U\n/);
  expect(text).not.toContain('#EXT-X-ENDLIST');
  expect(text).toContain('#EXT-X-TARGETDURATION:3\n');
  expect(text.indexOf('#EXT-X-MAP:URI="init.mp4"')).toBeLessThan(text.indexOf('#EXTINF'));
});

test('five segments, in the order of the loop, each with its own length', () => {
  const lengths = [...demoPlaylist(demo, begin).matchAll(/#EXTINF:([\d.]+),\n(\d)\.m4s/g)].map(([, seconds, file]) => [
    Number(file),
    Number(seconds),
  ]);
  expect(lengths).toHaveLength(5);
  for (const [file = 0, seconds] of lengths) expect(seconds).toBe(demo.segments[file]?.seconds);
  lengths.reduce(([file = 0], next) => {
    expect(next[0]).toBe((file + 1) % 4);
    return next;
  });
});

test('over many turns a sequence number never changes its segment or its discontinuity, and time never goes back', () => {
  const seen = new Map<number, Entry>();
  let first = 0;
  for (let now = begin; now < begin + 5 * loop; now += 100) {
    const entries = read(now);
    expect(entries[0]?.sequence).toBeGreaterThanOrEqual(first);
    first = entries[0]?.sequence ?? 0;
    for (const entry of entries) {
      expect(seen.get(entry.sequence) ?? entry).toEqual(entry);
      seen.set(entry.sequence, entry);
    }
  }
  const all = [...seen.values()].sort((one, other) => one.sequence - other.sequence);
  all.reduce((one, next) => {
    expect(next.sequence).toBe(one.sequence + 1);
    // Timestamps begin anew with each turn of the loop, and there alone.
    expect(next.discontinuity - one.discontinuity).toBe(next.file === '0.m4s' ? 1 : 0);
    return next;
  });
  expect(all.length).toBeGreaterThanOrEqual(5 * 4);
});

test('the window slides with the clock: nothing is offered before it was “recorded”', () => {
  const last = (now: number) => read(now).at(-1)?.sequence ?? 0;
  const start = last(begin);
  expect(last(begin + 1_999)).toBe(start);
  expect(last(begin + 2_000)).toBe(start + 1);
  expect(last(begin + 5_499)).toBe(start + 2);
  expect(last(begin + 5_500)).toBe(start + 3);
  expect(last(begin + loop)).toBe(start + 4);
});

test('the number of discontinuities stays small: players keep arrays as long as it', () => {
  for (let now = begin; now < begin + mostDiscontinuities * loop; now += 997 * loop)
    expect(read(now)[0]?.discontinuity).toBeLessThan(mostDiscontinuities);
});
