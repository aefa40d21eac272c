import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

const lookEveryMilliseconds = 1_000;
/** Below this nobody notices. */
const slowMilliseconds = 100;
/** A single slow second may be a garbage collection or an import. */
const slowLooks = 2;

/** Whether this process has more to do than it can: everything waits for a turn of its loop. */
@Injectable()
export class Pressure implements OnModuleInit, OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private slow = 0;
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

  /** @param turnMilliseconds how long a turn of the loop took in the last second, on average */
  note(turnMilliseconds: number): void {
    this.slow = turnMilliseconds > slowMilliseconds ? this.slow + 1 : 0;
  }
}
