import { jest } from '@jest/globals';
import type { Picture } from './picture';
import type { Phase } from './recovery';

const built = jest.fn<(url: string) => void>();

class QuietHls {
  static latest: QuietHls;
  static readonly Events = { ERROR: 'hlsError', LEVEL_UPDATED: 'hlsLevelUpdated' };
  static readonly ErrorTypes = { NETWORK_ERROR: 'networkError', MEDIA_ERROR: 'mediaError' };
  static readonly isSupported = () => true;
  readonly settings: object;
  autoLevelCapping = -1;
  private readonly heard = new Map<string, (event: string, what: object) => void>();

  constructor(settings: object) {
    this.settings = settings;
    QuietHls.latest = this;
  }
  on(event: string, listener: (event: string, what: object) => void): void {
    this.heard.set(event, listener);
  }
  updated(endSN: number): void {
    this.heard.get('hlsLevelUpdated')?.('hlsLevelUpdated', { details: { endSN } });
  }
  gives(up: { type: string; fatal: boolean }): void {
    this.heard.get('hlsError')?.('hlsError', up);
  }
  readonly attachMedia = jest.fn();
  readonly stopLoad = jest.fn();
  readonly destroy = jest.fn();
  readonly loadSource = built;
}
jest.unstable_mockModule('hls.js', () => ({ default: QuietHls }));

const { Playback } = await import('./playback');

let newest = 10;
const playlist = () => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${newest}\n#EXTINF:2,\na.m4s\n`;
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
    newest = 10;
    Object.assign(globalThis, {
      fetch: (url: string) => {
        asked(url);
        const reader = { read: () => Promise.resolve({ done: false }), cancel: () => Promise.resolve() };
        return Promise.resolve({
          ok: true,
          text: () => Promise.resolve(playlist()),
          body: { getReader: () => reader },
        });
      },
    });
    phase = 'during';
    video = document.createElement('video');
    Object.defineProperty(video, 'paused', { value: false });
    Object.defineProperty(video, 'currentTime', { value: 0, writable: true });
    await begins(null);
    await moves(2);
  });
  afterEach(() => {
    playback.destroy();
    jest.useRealTimers();
  });

  async function begins(fallbackUrl: string | null, preferences = { kbps: null as number | null, saveData: false }) {
    const report = {
      picture: (now: Picture) => (shown = now),
      sound: jest.fn(),
      tracks: jest.fn(),
      phase: () => phase,
    };
    playback = new Playback(video, { url: '/s/live.m3u8', fallbackUrl }, report, preferences);
    await playback.start();
  }

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

  describe.each<[string, () => void]>([
    ['the server answers nothing any more, or the same piece for ever', () => undefined],
    [
      'playlist or pieces are refused, cut or of another site',
      () => QuietHls.latest.gives({ type: 'networkError', fatal: true }),
    ],
    ['the encoder ends the stream', () => video.dispatchEvent(new Event('ended'))],
  ])('%s', (_, fails) => {
    beforeEach(() => playback.destroy());

    it.each([
      ['from the start', 0],
      ['while somebody watches', 6],
    ])('%s: told within 5 s, and the fallback is there within 15 s', async (_when, seconds) => {
      await begins('/s/fallback.m3u8');
      await moves(seconds);
      built.mockReset();
      fails();
      await jest.advanceTimersByTimeAsync(5_000);
      expect(['still', 'away', 'pause']).toContain(shown);
      await jest.advanceTimersByTimeAsync(5_000);
      expect(built.mock.calls).toEqual([['/s/fallback.m3u8']]);
      await moves(1);
      expect(shown).toBe('playing');
    });

    it('without a fallback: told within 5 s, and never shown again from the same pieces', async () => {
      await begins(null);
      await moves(6);
      QuietHls.latest.updated(10);
      built.mockReset();
      fails();
      await jest.advanceTimersByTimeAsync(5_000);
      expect(['still', 'away', 'pause']).toContain(shown);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(['away', 'pause']).toContain(shown);
      expect(asked.mock.calls.length).toBeGreaterThan(10);
      expect(built).not.toHaveBeenCalled();
      newest = 11;
      await jest.advanceTimersByTimeAsync(4_500);
      expect(built.mock.calls).toEqual([['/s/live.m3u8']]);
    });
  });

  it('begins with a picture that fits the measured line, and with the smallest where data are saved', async () => {
    playback.destroy();
    await begins(null, { kbps: 1_000, saveData: true });
    expect(QuietHls.latest.settings).toMatchObject({ abrEwmaDefaultEstimate: 700_000 });
    expect(QuietHls.latest.autoLevelCapping).toBe(0);
    playback.saveData(false);
    expect(QuietHls.latest.autoLevelCapping).toBe(-1);
  });
});
