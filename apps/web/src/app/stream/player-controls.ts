import { Component, computed, DestroyRef, inject, input, type OnInit, signal } from '@angular/core';
import { fromEvent, merge } from 'rxjs';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Language } from '../texts/language';
import type { Playback, Tracks } from './playback';
import { saveDataChoice } from './data-saving';

/** iOS plays full screen in a player of its own. */
type PhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Below the picture, where they hide nothing; for keyboard, touch and mouse alike. */
@Component({
  selector: 'exco-player-controls',
  templateUrl: './player-controls.html',
  styleUrl: './player-controls.css',
})
export class PlayerControls implements OnInit {
  readonly video = input.required<HTMLVideoElement>();
  /** What fills the screen. */
  readonly frame = input.required<HTMLElement>();
  readonly playback = input.required<Playback>();
  readonly tracks = input.required<Tracks>();

  private readonly destroyed = inject(DestroyRef);
  protected readonly t = inject(Language).texts;
  protected readonly isPaused = signal(true);
  protected readonly isMuted = signal(false);
  protected readonly volume = signal(1);
  protected readonly isFullScreen = signal(false);
  protected readonly savesData = signal(saveDataChoice.read());
  protected readonly hasAudioChoice = computed(() => this.tracks().audio.length > 1);
  protected readonly mayFloat = 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;

  ngOnInit(): void {
    const video = this.video();
    const show = () => {
      this.isPaused.set(video.paused);
      this.isMuted.set(video.muted || video.volume === 0);
      this.volume.set(video.volume);
    };
    show();
    merge(...['play', 'pause', 'volumechange', 'emptied'].map((name) => fromEvent(video, name)))
      .pipe(takeUntilDestroyed(this.destroyed))
      .subscribe(show);
    fromEvent(document, 'fullscreenchange')
      .pipe(takeUntilDestroyed(this.destroyed))
      .subscribe(() => this.isFullScreen.set(document.fullscreenElement === this.frame()));
  }

  protected async playOrPause(): Promise<void> {
    if (this.isPaused()) await this.playback().play();
    else this.video().pause();
  }

  protected async muteOrUnmute(): Promise<void> {
    const video = this.video();
    if (!this.isMuted()) {
      video.muted = true;
      return;
    }
    if (video.volume === 0) video.volume = 1;
    await this.playback().unmute();
  }

  protected setVolume(percent: string): void {
    const video = this.video();
    video.volume = Number(percent) / 100;
    video.muted = video.volume === 0;
  }

  protected setSaveData(saveData: boolean): void {
    this.savesData.set(saveData);
    saveDataChoice.write(saveData);
    this.playback().saveData(saveData);
  }

  protected async float(): Promise<void> {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    // Refused before the first picture is there; the button can be pressed again.
    else
      await this.video()
        .requestPictureInPicture()
        .catch(() => undefined);
  }

  protected async fillScreen(): Promise<void> {
    const frame = this.frame();
    if (document.fullscreenElement) await document.exitFullscreen();
    else if ('requestFullscreen' in frame) await frame.requestFullscreen().catch(() => undefined);
    else (this.video() as PhoneVideo).webkitEnterFullscreen?.();
  }
}
