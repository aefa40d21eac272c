import { jest } from '@jest/globals';
import type { Picture } from './picture';
import type { Phase } from './recovery';

const built = jest.fn<(url: string) => void>();

class QuietHls {
  static readonly Events = {};
  static readonly ErrorTypes = {};
  static readonly isSupported = () => true;
  readonly on = jest.fn();
  readonly attachMedia = jest.fn();
  readonly stopLoad = jest.fn();
  readonly destroy = jest.fn();
  readonly loadSource = built;
}
jest.unstable_mockModule('hls.js', () => ({ default: QuietHls }));

const { Playback } = await import('./playback');

const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:10\n#EXTINF:2,\na.m4s\n';
const asked = jest.fn<(url: string) => void>();

describe('Playback', () => {
  let playback: InstanceType<typeof Playback>;
  let video: HTMLVideoElement;
  let phase: Phase;
  let shown: Picture;

  beforeEach(async () => {
    jest.useFakeTimers();
    built.mockReset();
    asked.mockReset();
    Object.assign(globalThis, {
      fetch: (url: string) => {
        asked(url);
        const reader = { read: () => Promise.resolve({ done: false }), cancel: () => Promise.resolve() };
        return Promise.resolve({ ok: true, text: () => Promise.resolve(playlist), body: { getReader: () => reader } });
      },
    });
    phase = 'during';
    video = document.createElement('video');
    Object.defineProperty(video, 'paused', { value: false });
    Object.defineProperty(video, 'currentTime', { value: 0, writable: true });
    const report = {
      picture: (now: Picture) => (shown = now),
      sound: jest.fn(),
      tracks: jest.fn(),
      phase: () => phase,
    };
    const stream = { url: '/s/live.m3u8', fallbackUrl: null };
    playback = new Playback(video, stream, report, { kbps: null, saveData: false });
    await playback.start();
    await moves(2);
  });
  afterEach(() => {
    playback.destroy();
    jest.useRealTimers();
  });

  async function moves(seconds: number): Promise<void> {
    for (let half = 0; half < seconds * 2; half++) {
      video.currentTime += 0.5;
      await jest.advanceTimersByTimeAsync(500);
    }
  }

  it('the line is back while the picture stands: the stream is asked at once, and played anew', async () => {
    await jest.advanceTimersByTimeAsync(3_000);
    expect(shown).toBe('still');
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked.mock.calls.map(([url]) => new URL(url).pathname)).toEqual(['/s/live.m3u8', '/s/a.m4s']);
    expect(built).toHaveBeenCalledTimes(2);
  });

  it('the line is back, and the picture moves all the same: nothing is asked', async () => {
    window.dispatchEvent(new Event('online'));
    await moves(3);
    expect(asked).not.toHaveBeenCalled();
    expect(built).toHaveBeenCalledTimes(1);
    expect(shown).toBe('playing');
  });
});
