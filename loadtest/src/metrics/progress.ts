import type { ShownCounts } from './shown-counts.ts';

/** The state of all virtual users of one generator. */
export interface Progress {
  arrived: number;
  settled: number;
  finished: number;
  connected: number;
  /** Students who know that they are in. */
  in: number;
  busy: number;
  errors: number;
}

/** What one generator says of itself: whether it kept up. */
export interface OwnHealth {
  /** Milliseconds by which its timers were late, over the time in which students arrived. */
  lagP99: number;
  lagMax: number;
  /** Milliseconds by which arrivals began later than planned. */
  lateP99: number;
  /** The most of one core that it used in any five seconds, 0 to 1. */
  busiest: number;
}

/** How many pages show which figures. */
export interface ShownGroup {
  counts: ShownCounts | null;
  connected: boolean;
  /** Of the event, as the page has it. */
  title: string;
  students: number;
}
