import { Injectable } from '@nestjs/common';

/** The time, injected so that a test can set it. */
@Injectable()
export class Clock {
  /**
   * Milliseconds since 1970, by the clock that all processes go by: for dates that are stored, shown or compared with
   * those of other processes. May jump.
   */
  now(): number {
    return Date.now();
  }

  /** Milliseconds since an arbitrary moment, for durations and deadlines inside this process. Never goes back. */
  monotonic(): number {
    return performance.now();
  }
}

/** The machine's clock, corrected by what it lacks to the one that all processes go by. */
@Injectable()
export class CorrectedClock extends Clock {
  /** How far the common clock is ahead of this machine's; milliseconds. */
  difference = 0;

  override now(): number {
    return Date.now() + this.difference;
  }
}
