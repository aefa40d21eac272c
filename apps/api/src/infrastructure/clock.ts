import { Injectable } from '@nestjs/common';

/** The time, injected so that a test can set it. */
@Injectable()
export class Clock {
  /** Milliseconds since 1970, for dates that are stored or shown. May jump when the machine’s clock is set. */
  now(): number {
    return Date.now();
  }

  /** Milliseconds since an arbitrary moment, for durations and deadlines inside this process. Never goes back. */
  monotonic(): number {
    return performance.now();
  }
}
