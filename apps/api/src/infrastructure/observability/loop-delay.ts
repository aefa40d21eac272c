import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Periodic } from '../scheduling/periodic.ts';

const resolutionMilliseconds = 10;
const lookEveryMilliseconds = 500;

/** How long something that was ready had to wait for this process lately. */
@Injectable()
export class LoopDelay implements OnApplicationShutdown {
  private readonly histogram = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  private before = 0;

  constructor() {
    this.histogram.enable();
  }

  onApplicationShutdown(): void {
    this.histogram.disable();
  }

  @Periodic(lookEveryMilliseconds)
  look(): void {
    this.before = this.longest();
    this.histogram.reset();
  }

  /** Milliseconds, the longest of the last second. */
  recent(): number {
    return Math.max(this.before, this.longest());
  }

  private longest(): number {
    // Without a sample `max` is 0; with one it counts from the timer before.
    return Math.max(0, this.histogram.max / 1e6 - resolutionMilliseconds);
  }
}
