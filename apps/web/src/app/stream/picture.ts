import type { Phase } from './recovery';

/**
 * `still`: the picture stands, and the student sees it. `away`: there is none, the stream does not answer. `pause`: the
 * encoder has ended while the event goes on. `offline`: the student's own line is gone.
 */
export type Picture =
  'loading' | 'soon' | 'playing' | 'still' | 'away' | 'pause' | 'offline' | 'unsupported' | 'finished';

export interface Standstill {
  phase: Phase;
  online: boolean;
  /** Milliseconds since the picture last moved. */
  stillFor: number;
  /** The player that is at work has shown a moving picture. */
  hasMoved: boolean;
  /** Nothing is being played: the player has given up, or the sources are asked whether they are well. */
  isGone: boolean;
  /** The playlist has said that it is over. */
  hasEnded: boolean;
}

const stillAfterMilliseconds = 2_500;
const awayAfterMilliseconds = 4_000;

/** So short a standstill is none. */
export const isStill = (stillFor: number) => stillFor >= stillAfterMilliseconds;

/** What a student is told while no picture moves. */
export function pictureAtStandstill({ phase, online, stillFor, hasMoved, isGone, hasEnded }: Standstill): Picture {
  if (!online) return 'offline';
  if (hasMoved && !isGone) return isStill(stillFor) ? 'still' : 'playing';
  const isLate = isGone || stillFor >= awayAfterMilliseconds;
  if (phase === 'before') return isLate ? 'soon' : 'loading';
  if (hasEnded) return 'pause';
  return isLate ? 'away' : 'loading';
}
