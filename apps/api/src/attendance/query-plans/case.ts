import type { DataSource } from 'typeorm';
import type { PacketPool } from '../../infrastructure/database/packet-pool.ts';
import type { PastEvents } from './past-events.ts';

/** One question of the code to the database. */
export interface Case {
  act: () => Promise<unknown>;
  /** Rows that are sent, asked about or changed. */
  about: number;
  /** Why it may read more than three for each of them, and how many at most. */
  because?: [reason: string, reads: number];
}

/** What the cases ask. */
export interface Questioned {
  source: DataSource;
  packets: PacketPool;
  events: PastEvents;
}

/** Ids of so many students. */
export const some = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);
