import { Service } from '@angular/core';

interface Estimate {
  /** The server's clock minus ours, in milliseconds. */
  offset: number;
  /** The truth lies within so many milliseconds of `offset`. */
  error: number;
  takenAt: number;
}

/** Clocks of devices drift by some milliseconds in this time. */
const lastsMilliseconds = 10 * 60_000;

/** The server's clock: the event opens at one moment for all, and students' clocks are minutes off. */
@Service()
export class Clock {
  private best: Estimate | null = null;

  /**
   * An answer was written somewhere between question and answer: the shorter that was, the better it tells the time.
   * @param serverTime ISO 8601
   * @param askedAt `Date.now()` when this very try was sent
   */
  answered(serverTime: string, askedAt: number, answeredAt = Date.now()): void {
    const heard = {
      offset: Date.parse(serverTime) - (askedAt + answeredAt) / 2,
      error: Math.max(0, answeredAt - askedAt) / 2,
      takenAt: answeredAt,
    };
    const { best } = this;
    const isOld = best && Math.abs(answeredAt - best.takenAt) > lastsMilliseconds;
    // When both cannot be true, the device's own clock was changed meanwhile.
    const contradicts = best && Math.abs(best.offset - heard.offset) > best.error + heard.error;
    if (!best || isOld || contradicts || heard.error <= best.error) this.best = heard;
  }

  /**
   * A live message says only that it is at least so late: it may have lain in the buffer of a sleeping device.
   * @param serverTime ISO 8601
   */
  atLeast(serverTime: string): void {
    const behind = Date.parse(serverTime) - this.now();
    if (behind > 0)
      this.best = { offset: this.offset + behind, error: this.best?.error ?? behind, takenAt: Date.now() };
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }

  private get offset(): number {
    return this.best?.offset ?? 0;
  }
}
