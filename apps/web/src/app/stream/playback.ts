import type Hls from 'hls.js';
import type { StreamView } from '@exco/contracts';
import { type Failure, Recovery } from './recovery';

export type Picture = 'loading' | 'soon' | 'playing' | 'stalled' | 'trouble' | 'unsupported' | 'finished';
/** `refused`: it plays, muted. `play-refused`: not even that, before the student touches the page. */
export type Sound = 'on' | 'refused' | 'play-refused';

/** Of the event: a stream that is not there is no trouble before the start, nor after the end. */
export type Phase = 'before' | 'during' | 'after';

export interface Report {
  picture: (now: Picture) => void;
  sound: (now: Sound) => void;
  phase: () => Phase;
}

/** A playlist that has not changed for so many reloads has a frozen encoder behind it. */
const frozenAfterReloads = 8;

/** Plays a live stream in a video element for as long as it takes, whatever goes wrong meanwhile. */
export class Playback {
  private readonly video: HTMLVideoElement;
  private readonly stream: StreamView;
  private readonly report: Report;
  private readonly recovery: Recovery;
  private readonly listening = new AbortController();
  private hls: Hls | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, stream: StreamView, report: Report) {
    this.video = video;
    this.stream = stream;
    this.report = report;
    this.recovery = new Recovery(stream.fallbackUrl !== null);
    const { signal } = this.listening;
    video.addEventListener('playing', () => this.moves(), { signal });
    video.addEventListener('waiting', () => report.picture('stalled'), { signal });
    // The encoder may stop and begin again: only the end of the event ends the stream.
    video.addEventListener('ended', () => this.failed({ kind: 'network' }), { signal });
    video.addEventListener('volumechange', () => video.muted || report.sound('on'), { signal });
  }

  async start(source: 'main' | 'fallback' = 'main'): Promise<void> {
    this.hls?.destroy();
    this.hls = undefined;
    const url = source === 'fallback' && this.stream.fallbackUrl ? this.stream.fallbackUrl : this.stream.url;
    const player = await import('hls.js').catch(() => null);
    if (this.listening.signal.aborted) return;
    if (!player) {
      this.failed({ kind: 'network' });
      return;
    }
    const HlsPlayer = player.default;
    // Chromium says it may play HLS natively, and then does not: Media Source comes first.
    if (HlsPlayer.isSupported()) {
      this.playWith(HlsPlayer, url);
      return;
    }
    if (this.video.canPlayType('application/vnd.apple.mpegurl') === '') {
      this.report.picture('unsupported');
      return;
    }
    this.video.onerror = () => this.failed({ kind: 'network' });
    this.video.src = url;
    await this.play();
  }

  /** The host extended or reopened an event whose stream had ended. */
  async resume(): Promise<void> {
    this.recovery.settled();
    await this.start();
  }

  /** From a click or a key: now the browser allows sound. */
  async unmute(): Promise<void> {
    this.video.muted = false;
    await this.play();
  }

  destroy(): void {
    this.listening.abort();
    clearTimeout(this.timer);
    this.hls?.destroy();
    this.video.onerror = null;
  }

  private playWith(HlsPlayer: typeof Hls, url: string): void {
    const { Events, ErrorTypes, ErrorDetails } = HlsPlayer;
    const hls = new HlsPlayer(settings);
    this.hls = hls;
    hls.on(Events.MANIFEST_PARSED, () => void this.play());
    hls.on(Events.ERROR, (_, { type, details, fatal }) => {
      if (!fatal && details !== ErrorDetails.PLAYLIST_UNCHANGED_ERROR) return;
      const kind = type === ErrorTypes.MEDIA_ERROR ? 'media' : type === ErrorTypes.NETWORK_ERROR ? 'network' : 'other';
      this.failed({ kind });
    });
    hls.attachMedia(this.video);
    hls.loadSource(url);
  }

  private async play(): Promise<void> {
    const refused = await this.refusal();
    if (!refused) {
      this.report.sound(this.video.muted ? 'refused' : 'on');
      return;
    }
    if (this.video.muted) {
      this.report.sound('play-refused');
      return;
    }
    this.video.muted = true;
    this.report.sound((await this.refusal()) ? 'play-refused' : 'refused');
  }

  /** Anything but a refusal is of the stream, and told as an error of the stream. */
  private async refusal(): Promise<boolean> {
    try {
      await this.video.play();
      return false;
    } catch (error) {
      return error instanceof DOMException && error.name === 'NotAllowedError';
    }
  }

  private moves(): void {
    this.recovery.settled();
    this.report.picture('playing');
  }

  private failed(failure: Failure): void {
    const phase = this.report.phase();
    if (phase === 'after') {
      this.hls?.destroy();
      this.report.picture('finished');
      return;
    }
    const remedy = this.recovery.remedy(failure, phase === 'during', performance.now());
    if (remedy.do === 'recover-media') return this.hls?.recoverMediaError();
    this.report.picture(remedy.tell);
    this.hls?.stopLoad();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(remedy.source), remedy.after);
  }
}

const settings = {
  // The ESM build runs no worker unless it is told where; our own copy keeps blob: out of the security policy.
  workerPath: '/hls.worker.js',
  liveMaxUnchangedPlaylistRefresh: frozenAfterReloads,
  // A student who joins late must not wait for what was played; a phone must not keep what was.
  backBufferLength: 30,
};
