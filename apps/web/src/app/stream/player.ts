import {
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { LiveEventState, StreamView } from '@exco/contracts';
import { connectionRecord } from '../event/connection-record';
import { CurrentEvent } from '../event/current-event';
import { Language } from '../texts/language';
import type { Picture } from './picture';
import { Playback, type Tracks } from './playback';
import { PlayerControls } from './player-controls';
import type { Phase } from './recovery';
import { saveDataChoice } from './data-saving';
import type { Sound } from './sound';

/** Whoever wants no sound need not say so. */
const offerMilliseconds = 15_000;
/** At the start all pages ask for the same playlist. */
const startWithin = 1_500;

function phaseOf(state: LiveEventState | null): Phase {
  if (state === 'ended' || state === 'closed') return 'after';
  return state === 'live' ? 'during' : 'before';
}

@Component({
  selector: 'exco-player',
  imports: [PlayerControls],
  templateUrl: './player.html',
  styleUrl: './player.css',
})
export class Player {
  readonly stream = input.required<StreamView>();

  private readonly event = inject(CurrentEvent);
  protected readonly video = viewChild.required<ElementRef<HTMLVideoElement>>('video');
  protected readonly playback = signal<Playback | null>(null);

  protected readonly t = inject(Language).texts;
  protected readonly title = computed(() => this.event.view()?.title ?? '');
  protected readonly picture = signal<Picture>('loading');
  protected readonly sound = signal<Sound>('on');
  protected readonly tracks = signal<Tracks>({ captions: [], audio: [] });
  /** The student has put the offer of sound away, or let it pass. */
  protected readonly isOfferOver = signal(false);
  protected readonly offersSound = computed(
    () => this.sound() === 'refused' && this.picture() === 'playing' && !this.isOfferOver(),
  );

  constructor() {
    effect(() => {
      const stream = this.stream();
      const { nativeElement } = this.video();
      untracked(() => this.begin(nativeElement, stream));
    });
    const phase = computed(() => phaseOf(this.event.state()));
    effect((onCleanup) => {
      if (phase() === 'after' || !['finished', 'soon'].includes(untracked(this.picture))) return;
      const timer = setTimeout(() => void untracked(this.playback)?.resume(), Math.random() * startWithin);
      onCleanup(() => clearTimeout(timer));
    });
    effect((onCleanup) => {
      if (!this.offersSound()) return;
      const timer = setTimeout(() => this.isOfferOver.set(true), offerMilliseconds);
      onCleanup(() => clearTimeout(timer));
    });
    inject(DestroyRef).onDestroy(() => this.playback()?.destroy());
  }

  protected async unmute(): Promise<void> {
    await this.playback()?.unmute();
    this.video().nativeElement.focus();
  }

  private begin(video: HTMLVideoElement, stream: StreamView): void {
    this.playback()?.destroy();
    const report = {
      picture: (now: Picture) => this.picture.set(now),
      sound: (now: Sound) => this.sound.set(now),
      tracks: (now: Tracks) => this.tracks.set(now),
      phase: () => phaseOf(this.event.state()),
    };
    const preferences = { kbps: connectionRecord.latest()?.kbps ?? null, saveData: saveDataChoice.read() };
    const playback = new Playback(video, stream, report, preferences);
    this.playback.set(playback);
    void playback.start();
  }
}
