import { playAloud } from './sound';

/** A video whose browser refuses to play it as long as `refuses` says so. */
function aVideo(refuses: (video: { muted: boolean }) => Error | null) {
  const video = {
    muted: false,
    play: () => {
      const refusal = refuses(video);
      return refusal ? Promise.reject(refusal) : Promise.resolve();
    },
  };
  return video as unknown as HTMLVideoElement;
}

const notAllowed = new DOMException('a touch first', 'NotAllowedError');

describe('playAloud', () => {
  it('plays with sound where the browser allows it', async () => {
    const video = aVideo(() => null);
    expect(await playAloud(video)).toBe('on');
    expect(video.muted).toBe(false);
  });

  it('plays muted where sound is refused', async () => {
    const video = aVideo(({ muted }) => (muted ? null : notAllowed));
    expect(await playAloud(video)).toBe('refused');
    expect(video.muted).toBe(true);
  });

  it('says that nothing plays before a touch', async () => {
    const video = aVideo(() => notAllowed);
    expect(await playAloud(video)).toBe('play-refused');
    expect(await playAloud(video)).toBe('play-refused');
  });

  it('takes a fault of the stream for no refusal', async () => {
    expect(await playAloud(aVideo(() => new DOMException('', 'AbortError')))).toBe('on');
  });
});
