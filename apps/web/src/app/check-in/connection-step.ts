import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { pause } from '../core/retry';
import { Clock } from '../core/clock';
import { spreadDelay } from '@exco/page-rules';
import { CurrentEvent } from '../event/current-event';
import { type Measured, testConnection, TooSlowToMeasure } from './connection-test';
import { diagnose, type Fault } from './diagnosis';
import { loadImage } from './load-image';
import { inPlainWords } from './speed';

type Outcome = { kind: 'running' } | { kind: 'passed' | 'slow'; kbps: number } | { kind: 'failed'; fault: Fault };

/** Step 1: is the line fast enough for the stream? Starts by itself. */
@Component({
  selector: 'exco-connection-step',
  templateUrl: './connection-step.html',
  styleUrl: './connection-step.css',
})
export class ConnectionStep {
  readonly minimumKbps = input.required<number>();
  /** 0 to 1. */
  readonly advanced = output<number>();
  readonly measured = output<Measured | null>();

  private readonly event = inject(CurrentEvent);
  private readonly clock = inject(Clock);
  private running = new AbortController();

  protected readonly outcome = signal<Outcome>({ kind: 'running' });
  protected readonly done = signal(0);
  protected readonly kbps = signal(0);
  protected readonly speed = computed(() => inPlainWords(this.kbps()));
  protected readonly minimum = computed(() => inPlainWords(this.minimumKbps()));
  /** On a scale that doubles at each step, the minimum standing at a quarter. */
  protected readonly needle = computed(() => {
    const times = this.kbps() / Math.max(1, this.minimumKbps());
    return Math.min(1, Math.max(0.02, 0.25 + Math.log2(Math.max(times, 0.01)) / 8));
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => this.running.abort());
    queueMicrotask(() => this.start());
  }

  start(): void {
    this.running.abort();
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.outcome.set({ kind: 'running' });
    this.kbps.set(0);
    this.show(0);
    this.measured.emit(null);
    const opensAt = this.event.view()?.opensAt;
    try {
      await pause(opensAt ? spreadDelay(opensAt, this.clock.now(), this.event.counts().watching) : 0, signal);
      const measured = await testConnection(this.minimumKbps(), loadImage, {
        signal,
        progress: ({ done, kbps }) => {
          this.kbps.set(kbps);
          this.show(done);
        },
      });
      this.kbps.set(measured.kbps);
      const passed = measured.kbps >= this.minimumKbps();
      this.outcome.set({ kind: passed ? 'passed' : 'slow', kbps: measured.kbps });
      this.show(1);
      if (passed) this.measured.emit(measured);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof TooSlowToMeasure) this.outcome.set({ kind: 'slow', kbps: 0 });
      else this.outcome.set({ kind: 'failed', fault: await diagnose(error) });
    }
  }

  private show(done: number): void {
    this.done.set(done);
    this.advanced.emit(done);
  }
}
