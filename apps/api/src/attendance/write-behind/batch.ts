import type { CheckIn, CheckOut, WriteResult } from '../records/attendance.ts';

interface Acts {
  'check-in': CheckIn;
  'check-out': CheckOut;
}
export type Act = keyof Acts;
export type RowOf<A extends Act> = Acts[A];

/** Rows of one event that are written in one transaction. */
export interface Batch<A extends Act = Act> {
  act: A;
  eventId: number;
  rows: RowOf<A>[];
}

/** What is known of a batch in time. `queued`: it is durable, and its commit is late. */
export type Outcome = { kind: 'written'; results: WriteResult[] } | { kind: 'queued' };
