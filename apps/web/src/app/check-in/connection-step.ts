import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  type OnInit,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { Measured } from '@exco/page-rules';
import { PreloadWhenIdle } from '../core/preload-when-idle';
import { OpeningPace } from '../event/opening-pace';
import { connectionRecord } from '../event/connection-record';
import { testConnection, TooSlowToMeasure } from './connection-test';
import { ImageFailed, type ImageFault, loadImage } from './load-image';
import { plainSpeed } from './plain-speed';
import { Language } from '../texts/language';

type Outcome =
  | { kind: 'waiting' }
  | { kind: 'running' }
  | { kind: 'passed' | 'slow'; kbps: number }
  | { kind: 'failed'; fault: ImageFault };

/** Step 1: is the line fast enough for the stream? Starts by itself, at this page's turn. */
@Component({
  selector: 'exco-connection-step',
  templateUrl: './connection-step.html',
  styleUrl: './connection-step.css',
})
export class ConnectionStep implements OnInit {
  readonly minimumKbps = input.required<number>();
  /** 0 to 1. */
  readonly advanced = output<number>();
  readonly measured = output<Measured | null>();
  /** It was too slow, or could not be tested. */
  readonly refused = output();

  protected readonly t = inject(Language).texts;
  private readonly pace = inject(OpeningPace);
  private readonly preload = inject(PreloadWhenIdle);
  private readonly picture = viewChild<ElementRef<HTMLCanvasElement>>('picture');
  private running = new AbortController();

  protected readonly outcome = signal<Outcome>({ kind: 'waiting' });
  protected readonly done = signal(0);
  protected readonly kbps = signal(0);
  protected readonly speed = computed(() => plainSpeed(this.kbps(), this.t()));
  protected readonly minimum = computed(() => plainSpeed(this.minimumKbps(), this.t()));
  /** On a scale that doubles at each step, the minimum standing at a quarter. */
  protected readonly needle = computed(() => {
    const times = this.kbps() / Math.max(1, this.minimumKbps());
    return Math.min(1, Math.max(0.02, 0.25 + Math.log2(Math.max(times, 0.01)) / 8));
  });

  constructor() {
    // The line that was lost may be another one when it is back.
    const online = () => {
      if (this.outcome().kind === 'failed') this.start();
    };
    addEventListener('online', online);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', online);
      this.running.abort();
    });
  }

  ngOnInit(): void {
    const recorded = connectionRecord.read();
    if (recorded && recorded.kbps >= this.minimumKbps()) this.judge(recorded);
    else void this.run(this.running.signal, this.pace.turn(this.running.signal));
  }

  start(): void {
    this.running.abort();
    this.running = new AbortController();
    this.outcome.set({ kind: 'running' });
    connectionRecord.write(null);
    void this.run(this.running.signal, Promise.resolve());
  }

  private async run(signal: AbortSignal, turn: Promise<void>): Promise<void> {
    this.kbps.set(0);
    this.show(0);
    this.measured.emit(null);
    let release = () => {};
    try {
      await turn;
      release = await this.preload.hold();
      this.outcome.set({ kind: 'running' });
      const measured = await testConnection(this.minimumKbps(), loadImage, {
        signal,
        progress: ({ done, kbps }) => {
          this.kbps.set(kbps);
          this.show(done);
        },
        loaded: (image) => void this.draw(image),
      });
      connectionRecord.write(measured);
      this.judge(measured);
    } catch (error) {
      if (signal.aborted) return;
      this.refused.emit();
      if (error instanceof TooSlowToMeasure) this.outcome.set({ kind: 'slow', kbps: 0 });
      else this.outcome.set({ kind: 'failed', fault: error instanceof ImageFailed ? error.fault : 'blocked' });
    } finally {
      release();
    }
  }

  private judge(measured: Measured): void {
    this.kbps.set(measured.kbps);
    const passed = measured.kbps >= this.minimumKbps();
    this.outcome.set({ kind: passed ? 'passed' : 'slow', kbps: measured.kbps });
    this.show(1);
    if (passed) this.measured.emit(measured);
    else this.refused.emit();
  }

  /** On a canvas: for an `<img>` the page's security policy would have to allow `blob:` addresses. */
  private async draw(image: Blob): Promise<void> {
    const bitmap = await createImageBitmap(image).catch(() => null);
    const canvas = this.picture()?.nativeElement;
    if (bitmap && canvas) canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap?.close();
  }

  private show(done: number): void {
    this.done.set(done);
    this.advanced.emit(done);
  }
}
