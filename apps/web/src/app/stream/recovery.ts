/** `main`: the first address of the stream. */
export type Source = 'main' | 'fallback';

/** Of the event: a stream that is not there is no trouble before the start, nor after the end. */
export type Phase = 'before' | 'during' | 'after';

export interface Moment {
  /** Milliseconds of a clock that never steps. */
  now: number;
  phase: Phase;
  /** The picture moves, or the student has stopped it: nothing is wrong. */
  isWell: boolean;
  /** The player has given up by itself. */
  hasFailed: boolean;
  online: boolean;
}

/**
 * `stay`: the player may still make it by itself. `play`: build it anew at this source. `probe`: nothing can be played;
 * ask the sources in this order whether one is well. `look-at-main`: the fallback plays; ask whether it is needed still.
 */
export type Remedy =
  | { do: 'stay' }
  | { do: 'play'; source: Source }
  | { do: 'probe'; sources: readonly Source[] }
  | { do: 'look-at-main' };

/** The other source is there within 15 s: the player gets 9 s, the other one the rest. */
const patienceMilliseconds = 9_000;
const mostPatienceMilliseconds = 36_000;
const betweenLooksAtMain = 60_000;

/**
 * What to do about a picture that stands still. A source that failed is never built again on chance: that would show
 * the same last seconds over and over. It is asked first whether it is well, see `isWell` in probe.ts.
 */
export class Recovery {
  private readonly hasFallback: boolean;
  private readonly random: () => number;
  private wellAt: number;
  private patience = patienceMilliseconds;
  private lookAt = Infinity;
  source: Source = 'main';

  constructor(hasFallback: boolean, now: number, random = Math.random) {
    this.hasFallback = hasFallback;
    this.random = random;
    this.wellAt = now;
  }

  /** Milliseconds since the picture last moved. */
  stillFor(now: number): number {
    return now - this.wellAt;
  }

  /** The player was built anew, at this source. */
  begun(source: Source, now: number): void {
    this.source = source;
    this.wellAt = now;
    this.lookAt = source === 'main' ? Infinity : now + betweenLooksAtMain * (1 + this.random() / 4);
  }

  remedy({ now, phase, isWell, hasFailed, online }: Moment): Remedy {
    if (isWell && !hasFailed) {
      this.wellAt = now;
      this.patience = patienceMilliseconds;
      if (now < this.lookAt) return { do: 'stay' };
      this.lookAt = now + betweenLooksAtMain * (1 + this.random() / 4);
      return { do: 'look-at-main' };
    }
    // Neither source is to blame.
    if (!online) {
      this.wellAt = Math.max(this.wellAt, now - patienceMilliseconds / 2);
      return hasFailed ? { do: 'probe', sources: this.inOrder() } : { do: 'stay' };
    }
    if (!hasFailed && this.stillFor(now) < this.patience) return { do: 'stay' };
    // A line that is slower than the player's patience gets more of it each time.
    this.patience = Math.min(mostPatienceMilliseconds, this.patience * 2);
    if (this.hasFallback && this.source === 'main' && phase === 'during') return { do: 'play', source: 'fallback' };
    return { do: 'probe', sources: this.inOrder() };
  }

  /** Which to ask first. */
  inOrder(): readonly Source[] {
    return this.hasFallback ? ['main', 'fallback'] : ['main'];
  }
}
