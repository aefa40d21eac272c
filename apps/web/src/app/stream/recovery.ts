import { backoff } from '@exco/page-rules';

export interface Failure {
  kind: 'media' | 'network' | 'other';
}

export type Remedy =
  { do: 'recover-media' } | { do: 'rebuild'; source: 'main' | 'fallback'; after: number; tell: 'soon' | 'trouble' };

const betweenMediaRecoveries = 5_000;
/** So many tries at one source before the other gets its turn. */
const triesAtOneSource = 3;
const soonAgain = 5_000;

/** What to do about a fatal failure of the player. Remembers what was tried. */
export class Recovery {
  private readonly hasFallback: boolean;
  private readonly random: () => number;
  private mediaRecoveredAt = -Infinity;
  private tries = 0;

  constructor(hasFallback: boolean, random = Math.random) {
    this.hasFallback = hasFallback;
    this.random = random;
  }

  /** The picture moves: what failed before is settled. */
  settled(): void {
    this.tries = 0;
  }

  /**
   * @param begun whether the stream should be there by now
   * @param now milliseconds
   */
  remedy({ kind }: Failure, begun: boolean, now: number): Remedy {
    if (kind === 'media' && now - this.mediaRecoveredAt >= betweenMediaRecoveries) {
      this.mediaRecoveredAt = now;
      return { do: 'recover-media' };
    }
    if (kind === 'network' && !begun)
      return { do: 'rebuild', source: 'main', after: Math.round(soonAgain * (1 + this.random())), tell: 'soon' };
    const turn = Math.floor(this.tries++ / triesAtOneSource);
    const source = this.hasFallback && turn % 2 === 1 ? 'fallback' : 'main';
    const after = 500 + backoff(Math.min(this.tries, 4), { first: 1_500, longest: 12_000, random: this.random });
    return { do: 'rebuild', source, after, tell: 'trouble' };
  }
}
