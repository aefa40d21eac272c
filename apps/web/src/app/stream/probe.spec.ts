import { jest } from '@jest/globals';
import { isWell, type Stopped } from './probe';

const stopped: Stopped = { newest: 11, hasEnded: false };
const media = (first: number, more = '') =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${first}\n#EXTINF:2,\na.m4s\n#EXTINF:2,\nb.m4s\n${more}`;
const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=400000\nlow/live.m3u8\n';

function server(files: Record<string, string | number>) {
  jest.spyOn(globalThis, 'fetch').mockImplementation((url) => {
    const file = files[new URL(url as string).pathname];
    if (file === undefined) return Promise.reject(new TypeError('no answer'));
    const ok = typeof file === 'string';
    const body = new Blob([ok ? file : '']);
    const reader = { read: () => Promise.resolve({ done: body.size === 0 }), cancel: () => Promise.resolve() };
    return Promise.resolve({
      ok,
      text: () => Promise.resolve(ok ? file : ''),
      body: { getReader: () => reader },
    } as unknown as Response);
  });
}

const ask = (before = stopped) => isWell('/s/live.m3u8', before, new AbortController().signal);

describe('isWell', () => {
  beforeEach(() => Object.assign(globalThis, { fetch: () => Promise.reject(new Error()) }));
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['moved on', { '/s/live.m3u8': media(12), '/s/b.m4s': 'x' }, true],
    ['begun anew', { '/s/live.m3u8': media(0), '/s/b.m4s': 'x' }, true],
    [
      'moved on behind a master playlist',
      { '/s/live.m3u8': master, '/s/low/live.m3u8': media(12), '/s/low/b.m4s': 'x' },
      true,
    ],
    ['frozen', { '/s/live.m3u8': media(10), '/s/b.m4s': 'x' }, false],
    ['without its pieces', { '/s/live.m3u8': media(12), '/s/b.m4s': 500 }, false],
    ['with empty pieces', { '/s/live.m3u8': media(12), '/s/b.m4s': '' }, false],
    ['not there', { '/s/live.m3u8': 404 }, false],
    ['without an answer', {}, false],
    ['a page instead of a playlist', { '/s/live.m3u8': '<html>', '/s/b.m4s': 'x' }, false],
    ['an empty playlist', { '/s/live.m3u8': '#EXTM3U\n' }, false],
  ])('a stream that is %s', async (_, files, well) => {
    server(files);
    expect(await ask()).toBe(well);
  });

  it('what was never seen may be shown, as it is', async () => {
    server({ '/s/live.m3u8': media(10), '/s/b.m4s': 'x' });
    expect(await ask({ newest: null, hasEnded: false })).toBe(true);
  });

  it('a recording goes on where it stopped, but an encoder that ended must begin again', async () => {
    server({ '/s/live.m3u8': media(10, '#EXT-X-ENDLIST'), '/s/b.m4s': 'x' });
    expect(await ask()).toBe(true);
    expect(await ask({ newest: 11, hasEnded: true })).toBe(false);
    server({ '/s/live.m3u8': media(12), '/s/b.m4s': 'x' });
    expect(await ask({ newest: 11, hasEnded: true })).toBe(true);
  });
});
