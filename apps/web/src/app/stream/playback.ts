import type Hls from 'hls.js';
import type { StreamView } from '@exco/contracts';
import { line } from '../core/line';
import { pauseUntilOnline } from '../core/retry';
import { hlsSettings } from './hls-settings';
import { isStill, type Picture, pictureAtStandstill } from './picture';
import { isWell, type Stopped } from './probe';
import { type Phase, Recovery, type Source } from './recovery';
import { playAloud, type Sound } from './sound';

/** A choice of captions or of a language that is spoken. */
export interface Track {
  id: number;
  name: string;
}
export interface Tracks {
  captions: readonly Track[];
  audio: readonly Track[];
}

export interface Report {
  picture: (now: Picture) => void;
  sound: (now: Sound) => void;
  tracks: (now: Tracks) => void;
  phase: () => Phase;
}

export interface Preferences {
  /** What the connection test measured; the first picture is one that fits. */
  kbps: number | null;
  saveData: boolean;
}

const lookEveryMilliseconds = 500;
/** Less in one look is a nudge of the player, which shows no new picture. */
const movesSeconds = 0.2;
const betweenProbes = { first: 1_000, longest: 4_000 };
const betweenProbesBefore = { first: 5_000, longest: 10_000 };
const betweenMediaRecoveries = 5_000;
/** A measured line is shared with the page, and with others. */
const shareOfLine = 0.7;

/** Plays a live stream in a video element for as long as it takes, whatever goes wrong meanwhile. */
export class Playback {
  private readonly video: HTMLVideoElement;
  private readonly stream: StreamView;
  private readonly report: Report;
  private readonly recovery: Recovery;
  private readonly listening = new AbortController();
  private readonly looking: ReturnType<typeof setInterval>;
  private readonly stopped: Record<Source, Stopped> = {
    main: { newest: null, hasEnded: false },
    fallback: { newest: null, hasEnded: false },
  };
  private hls: Hls | undefined;
  private probing: AbortController | undefined;
  private preferences: Preferences;
  private position = 0;
  private hasMoved = false;
  private hasFailed = false;
  private isLookingAtMain = false;
  private mediaRecoveredAt = -Infinity;

  constructor(video: HTMLVideoElement, stream: StreamView, report: Report, preferences: Preferences) {
    this.video = video;
    this.stream = stream;
    this.report = report;
    this.preferences = preferences;
    this.recovery = new Recovery(stream.fallbackUrl !== null, performance.now());
    const { signal } = this.listening;
    video.addEventListener('ended', () => this.ended(), { signal });
    video.addEventListener('error', () => !this.hls && this.failed(), { signal });
    video.addEventListener('volumechange', () => video.muted || report.sound('on'), { signal });
    addEventListener('online', () => setTimeout(() => this.lineIsBack(), line.turn()), { signal });
    this.looking = setInterval(() => this.look(), lookEveryMilliseconds);
  }

  async start(source: Source = 'main'): Promise<void> {
    this.stopProbing();
    this.hls?.destroy();
    this.hls = undefined;
    this.hasFailed = false;
    this.hasMoved = false;
    this.position = this.video.currentTime;
    this.recovery.begun(source, performance.now());
    const player = await import('hls.js').catch(() => null);
    if (this.listening.signal.aborted) return;
    if (!player) {
      this.failed();
      return;
    }
    const HlsPlayer = player.default;
    // Chromium says it may play HLS natively, and then does not: Media Source comes first.
    if (HlsPlayer.isSupported()) {
      this.playWith(HlsPlayer, this.url(source));
      return;
    }
    if (this.video.canPlayType('application/vnd.apple.mpegurl') === '') {
      this.report.picture('unsupported');
      clearInterval(this.looking);
      return;
    }
    this.video.src = this.url(source);
    await this.play();
  }

  /** The event has started, or was extended or reopened after its stream had ended. */
  async resume(): Promise<void> {
    this.stopped.main = this.stopped.fallback = { newest: null, hasEnded: false };
    await this.start();
  }

  /** From a click or a key: now the browser allows sound. */
  async unmute(): Promise<void> {
    this.video.muted = false;
    await this.play();
  }

  /** At the live edge: what was missed meanwhile is past. */
  async play(): Promise<void> {
    const edge = this.hls?.liveSyncPosition;
    if (this.video.paused && this.hasMoved && edge != null) this.video.currentTime = edge;
    this.report.sound(await playAloud(this.video));
  }

  saveData(saveData: boolean): void {
    this.preferences = { ...this.preferences, saveData };
    if (this.hls) this.hls.autoLevelCapping = saveData ? 0 : -1;
  }

  /** @param id -1 for none */
  showCaptions(id: number): void {
    if (!this.hls) return;
    this.hls.subtitleTrack = id;
    this.hls.subtitleDisplay = id >= 0;
  }

  hear(id: number): void {
    if (this.hls) this.hls.audioTrack = id;
  }

  destroy(): void {
    this.listening.abort();
    this.stopProbing();
    clearInterval(this.looking);
    this.hls?.destroy();
  }

  private url(source: Source): string {
    return source === 'fallback' && this.stream.fallbackUrl ? this.stream.fallbackUrl : this.stream.url;
  }

  private playWith(HlsPlayer: typeof Hls, url: string): void {
    const { Events, ErrorTypes } = HlsPlayer;
    const { kbps, saveData } = this.preferences;
    const hls = new HlsPlayer({
      ...hlsSettings,
      ...(kbps !== null && { abrEwmaDefaultEstimate: kbps * 1_000 * shareOfLine, testBandwidth: false }),
    });
    this.hls = hls;
    if (saveData) hls.autoLevelCapping = 0;
    hls.on(Events.MANIFEST_PARSED, () => void this.play());
    hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => this.tellTracks(hls));
    hls.on(Events.AUDIO_TRACKS_UPDATED, () => this.tellTracks(hls));
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      this.stopped[this.recovery.source] = { newest: details.endSN, hasEnded: false };
    });
    hls.on(Events.ERROR, (_, { type, fatal }) => {
      if (!fatal) return;
      const now = performance.now();
      if (type === ErrorTypes.MEDIA_ERROR && now - this.mediaRecoveredAt >= betweenMediaRecoveries) {
        this.mediaRecoveredAt = now;
        hls.recoverMediaError();
      } else this.failed();
    });
    hls.attachMedia(this.video);
    hls.loadSource(url);
  }

  private tellTracks(hls: Hls): void {
    const named = ({ id, name }: Track) => ({ id, name });
    this.report.tracks({ captions: hls.subtitleTracks.map(named), audio: hls.audioTracks.map(named) });
  }

  private failed(): void {
    this.hasFailed = true;
    this.hls?.stopLoad();
    this.look();
  }

  /** Only the end of the event ends the stream: an encoder may stop and begin again. */
  private ended(): void {
    this.stopped[this.recovery.source].hasEnded = true;
    this.failed();
  }

  private look(): void {
    const now = performance.now();
    const phase = this.report.phase();
    const position = this.video.currentTime;
    const moves = Math.abs(position - this.position) >= movesSeconds;
    this.position = position;
    this.hasMoved ||= moves;
    const isStopped =
      this.video.paused && !this.video.ended && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const isWellNow = (moves || isStopped) && !this.hasFailed;
    if (phase === 'after' && !isWellNow) {
      this.stopProbing();
      this.report.picture('finished');
      return;
    }
    if (this.probing) {
      this.report.picture(this.standstill(phase));
      return;
    }
    const remedy = this.recovery.remedy({
      now,
      phase,
      isWell: isWellNow,
      hasFailed: this.hasFailed,
      online: navigator.onLine,
    });
    this.report.picture(moves && !this.hasFailed ? 'playing' : this.standstill(phase));
    switch (remedy.do) {
      case 'stay':
        return;
      case 'play':
        void this.start(remedy.source);
        return;
      case 'probe':
        void this.probe(remedy.sources);
        return;
      case 'look-at-main':
        void this.lookAtMain();
    }
  }

  private standstill(phase: Phase): Picture {
    return pictureAtStandstill({
      phase,
      online: navigator.onLine,
      stillFor: this.recovery.stillFor(performance.now()),
      hasMoved: this.hasMoved,
      isGone: this.hasFailed || this.probing !== undefined,
      hasEnded: this.stopped[this.recovery.source].hasEnded,
    });
  }

  /** Until one of the sources is well. Ten thousand pages ask at moments of their own. */
  private async probe(sources: readonly Source[]): Promise<void> {
    this.probing = new AbortController();
    const { signal } = this.probing;
    this.hls?.destroy();
    this.hls = undefined;
    while (!signal.aborted) {
      for (const source of sources)
        if (navigator.onLine && (await isWell(this.url(source), this.stopped[source], signal))) {
          // Begun anew meanwhile, or left.
          if (this.isProbing(signal)) void this.start(source);
          return;
        }
      const { first, longest } = this.report.phase() === 'before' ? betweenProbesBefore : betweenProbes;
      await pauseUntilOnline(first + Math.random() * (longest - first), { signal }).catch(() => undefined);
    }
  }

  private async lookAtMain(): Promise<void> {
    if (this.isLookingAtMain) return;
    this.isLookingAtMain = true;
    const { signal } = this.listening;
    const well = await isWell(this.url('main'), this.stopped.main, signal);
    this.isLookingAtMain = false;
    if (well && !signal.aborted && this.recovery.source === 'fallback' && !this.probing) void this.start('main');
  }

  /** To the live edge, whatever the player believes: what was missed is past. */
  private lineIsBack(): void {
    if (this.listening.signal.aborted || this.probing || !isStill(this.recovery.stillFor(performance.now()))) return;
    void this.probe(this.recovery.inOrder());
  }

  private isProbing(signal: AbortSignal): boolean {
    return this.probing?.signal === signal;
  }

  private stopProbing(): void {
    this.probing?.abort();
    this.probing = undefined;
  }
}
