import type { RequestOrigin } from './request-origin.ts';

/** What students do. A correction is written by its own transaction. */
export type AuditedKind = 'check-in' | 'check-out' | 'digit-check';

/** What all entries of one request have in common. */
export interface AuditedRequest {
  kind: AuditedKind;
  eventId: number;
  actorId: number;
  origin: RequestOrigin;
}

export interface AuditRow {
  act: AuditedRequest;
  /** To whom it was done. */
  userId: number;
  /** As answered, or the code of the error. */
  outcome: string;
}

/** An act of an admin, or of retention, written by the transaction that does it. */
export interface AdminEntry {
  kind: 'correction' | 'deletion' | 'anonymisation' | 'disclosure';
  /** 0: of no event. */
  eventId: number;
  /** 0: of no student. */
  userId: number;
  outcome: string;
  reason: string | null;
  /** What was there before. */
  before: object | null;
  origin: RequestOrigin;
}
