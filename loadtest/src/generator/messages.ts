import type { ShownCounts } from '../figures/shown.ts';
import type { Part } from '../plan/cast.ts';
import type { Log } from '../truth/log.ts';
import type { Recorded } from './recorder.ts';
import type { Direction } from './stage.ts';

/** To a generator. */
export type Order =
  | { type: 'direct'; direction: Direction; localAddresses: string[] | null }
  | { type: 'cast'; parts: Part[] }
  /** `at`: milliseconds since 1970 of the start. */
  | { type: 'start'; at: number }
  /** The host has ended the event; whoever has not heard of it by itself goes now. */
  | { type: 'end' }
  | { type: 'show' }
  | { type: 'collect' };

/** The state of all students of one generator, once a second. */
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
  students: number;
}

/** From a generator. */
export type Report =
  | { type: 'ready' }
  | { type: 'progress'; progress: Progress }
  | { type: 'shown'; groups: ShownGroup[] }
  | { type: 'log'; log: Log }
  | { type: 'collected'; recorded: Recorded; health: OwnHealth }
  | { type: 'failed'; reason: string };
