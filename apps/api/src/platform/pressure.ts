import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

const lookEveryMilliseconds = 1_000;
/** An answer takes a few turns: below this it is there within a second. */
const slowMilliseconds = 200;
/** A few slow seconds may be a garbage collection, an import, or code that runs for the first time. */
const slowLooks = 4;

/** Whether this process has more to do than it can: everything waits for a turn of its loop. */
@Injectable()
export class Pressure implements OnModuleInit, OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private slow = 0;
  private looksInARow = 0;
  private timer: NodeJS.Timeout | undefined;

  onModuleInit(): void {
    this.delay.enable();
    this.timer = setInterval(() => {
      this.note(this.delay.mean / 1e6);
      this.delay.reset();
    }, lookEveryMilliseconds);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  get isHigh(): boolean {
    return this.slow >= slowLooks;
  }

  /** For how long it has been slow, with quick moments in between. */
  get lastingSeconds(): number {
    return (this.looksInARow * lookEveryMilliseconds) / 1_000;
  }

  /** @param turnMilliseconds how long a turn of the loop took in the last second, on average */
  note(turnMilliseconds: number): void {
    this.slow = turnMilliseconds > slowMilliseconds ? Math.min(this.slow + 1, slowLooks) : Math.max(this.slow - 1, 0);
    this.looksInARow = this.slow > 0 ? this.looksInARow + 1 : 0;
  }
}
