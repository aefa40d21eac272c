import { Service } from '@angular/core';

/** The server's clock: the event opens at one moment for all, and students' clocks are minutes off. */
@Service()
export class Clock {
  private offset = 0;

  /**
   * @param serverTime what the server said in an answer, ISO 8601
   * @param askedAt our own clock when we asked; the answer is taken to have been written halfway
   */
  set(serverTime: string, askedAt: number, answeredAt = Date.now()): void {
    this.offset = Date.parse(serverTime) - (askedAt + answeredAt) / 2;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }
}
