import type { Step } from '../../infrastructure/observability/open-telemetry.ts';
import type { Refusal, WriteResult } from '../records/attendance.ts';
import type { Act, Batch, RowOf } from './batch.ts';

/**
 * The JSON of the queue. A batch of 200 rows is written to Redis, read, answered and read again, so rows travel as
 * tuples there; this file alone packs and unpacks them.
 */

export const attendanceQueue = 'attendance';

type PackedCheckIn = [userId: number, byId: number, at: number, kbps: number, bytes: number];
type PackedCheckOut = [userId: number, byId: number, at: number, expected: 0 | 1];
type PackedResult =
  | [checkedInAt: number, checkedInBy: number, checkedOutAt: number | null, checkedOutBy: number | null]
  | Refusal
  | 'revoked'
  | 'pending';

/** Named by its act. A second run of a job changes nothing: the first row and the first check-out stand. */
export interface BatchJob {
  eventId: number;
  rows: (PackedCheckIn | PackedCheckOut)[];
  /** The process that waits for the result. */
  replyTo: string;
  /** One of the requests whose rows these are; there only while requests are logged. */
  requestId?: string | undefined;
  /** Where the trace of one of them goes on; there only while they are traced. */
  trace?: string | undefined;
  /** How often a check-out has looked in vain for a check-in that was promised. */
  tries: number;
}

/** What a worker tells the process that sent a batch. */
export type BatchReply =
  | {
      id: string;
      kind: 'written';
      results: PackedResult[];
      /** False: rows still pending are tried again. */ final: boolean;
    }
  /** It will never be written as it is; the job is kept for an operator. */
  | { id: string; kind: 'put-aside' };

const packing: {
  [A in Act]: { pack: (row: RowOf<A>) => PackedCheckIn | PackedCheckOut; unpack: (packed: never) => RowOf<A> };
} = {
  'check-in': {
    pack: ({ userId, byId, at, kbps, bytes }) => [userId, byId, at, kbps, bytes],
    unpack: ([userId, byId, at, kbps, bytes]: PackedCheckIn) => ({ userId, byId, at, kbps, bytes }),
  },
  'check-out': {
    pack: ({ userId, byId, at, expected }) => [userId, byId, at, expected ? 1 : 0],
    unpack: ([userId, byId, at, expected]: PackedCheckOut) => ({ userId, byId, at, expected: Boolean(expected) }),
  },
};

export const isAct = (name: string): name is Act => Object.hasOwn(packing, name);

/** A step of a trace: how many rows of which event, and nothing of whom they are. */
export function stepOf(
  where: 'queue' | 'worker',
  act: string,
  { eventId, rows }: { eventId?: number; rows?: unknown[] },
): Step {
  return {
    name: `${where} ${isAct(act) ? act : 'unknown'}`,
    kind: where === 'queue' ? 'producer' : 'consumer',
    attributes: {
      'messaging.system': 'bull',
      'messaging.destination.name': attendanceQueue,
      'exco.event_id': Number(eventId),
      'exco.rows': rows?.length ?? 0,
    },
  };
}

export function packBatch<A extends Act>({ act, eventId, rows }: Batch<A>, replyTo: string, tries = 0): BatchJob {
  return { eventId, rows: rows.map(packing[act].pack), replyTo, tries };
}

/** @throws TypeError when it is not such a job */
export function unpackBatch<A extends Act>(act: A, { eventId, rows }: BatchJob): Batch<A> {
  return { act, eventId, rows: rows.map((row) => packing[act].unpack(row as never)) };
}

function packResult(result: WriteResult): PackedResult {
  switch (result.kind) {
    case 'stored': {
      const { checkedInAt, checkedInBy, checkedOutAt, checkedOutBy } = result.row;
      return [checkedInAt, checkedInBy, checkedOutAt, checkedOutBy];
    }
    case 'refused':
      return result.reason;
    case 'revoked':
    case 'pending':
      return result.kind;
  }
}

export const packResults = (results: readonly WriteResult[]): PackedResult[] => results.map(packResult);

/** @param batch the batch that these are the results of: they come in the order of its rows */
export function unpackResults(batch: Batch, packed: readonly PackedResult[]): WriteResult[] {
  return batch.rows.map(({ userId }, index): WriteResult => {
    const result = packed[index];
    if (result === undefined) return { kind: 'refused', reason: 'invalid' };
    if (result === 'revoked' || result === 'pending') return { kind: result };
    if (typeof result === 'string') return { kind: 'refused', reason: result };
    const [checkedInAt, checkedInBy, checkedOutAt, checkedOutBy] = result;
    return { kind: 'stored', row: { userId, checkedInAt, checkedInBy, checkedOutAt, checkedOutBy } };
  });
}
