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

export interface CorrectionEntry {
  eventId: number;
  userId: number;
  kind: 'check-in' | 'check-out' | 'revoke';
  reason: string;
  /** The attendance as it was. */
  before: object | null;
  origin: RequestOrigin;
}
