import {
  Component,
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
import { CurrentEvent } from '../event/current-event';
import { type Phase, type Picture, Playback, type Sound } from './playback';
import { Language } from '../texts/language';

function phaseOf(state: LiveEventState | null): Phase {
  if (state === 'ended' || state === 'closed') return 'after';
  return state === 'live' ? 'during' : 'before';
}

@Component({
  selector: 'exco-player',
  templateUrl: './player.html',
  styleUrl: './player.css',
})
export class Player {
  readonly stream = input.required<StreamView>();

  private readonly event = inject(CurrentEvent);
  private readonly video = viewChild.required<ElementRef<HTMLVideoElement>>('video');
  private playback: Playback | undefined;

  protected readonly t = inject(Language).texts;
  protected readonly title = this.event.view;
  protected readonly picture = signal<Picture>('loading');
  protected readonly sound = signal<Sound>('on');

  constructor() {
    effect(() => {
      const stream = this.stream();
      const { nativeElement } = this.video();
      untracked(() => this.play(nativeElement, stream));
    });
    effect(() => {
      const phase = phaseOf(this.event.state());
      if (phase !== 'after' && untracked(this.picture) === 'finished') void this.playback?.resume();
    });
    inject(DestroyRef).onDestroy(() => this.playback?.destroy());
  }

  protected async unmute(): Promise<void> {
    await this.playback?.unmute();
    this.video().nativeElement.focus();
  }

  private play(video: HTMLVideoElement, stream: StreamView): void {
    this.playback?.destroy();
    this.playback = new Playback(video, stream, {
      picture: (now) => this.picture.set(now),
      sound: (now) => this.sound.set(now),
      phase: () => phaseOf(this.event.state()),
    });
    void this.playback.start();
  }
}
