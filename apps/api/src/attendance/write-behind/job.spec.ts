import type { CheckIn, CheckOut, WriteResult } from '../records/attendance.ts';
import { isAct, packBatch, packResults, stepOf, unpackBatch, unpackResults } from './job.ts';

const checkIn: CheckIn = { userId: 2, byId: 1, at: 1_764_000_000_123, kbps: 4_321, bytes: 192_000 };
const checkOut: CheckOut = { userId: 2, byId: 1, at: 1_764_000_000_123, expected: true };
const throughRedis = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('a batch comes out of the queue as it went in', () => {
  const ins = { act: 'check-in' as const, eventId: 3, rows: [checkIn, { ...checkIn, userId: 1 }] };
  const outs = { act: 'check-out' as const, eventId: 3, rows: [checkOut, { ...checkOut, expected: false }] };
  expect(unpackBatch('check-in', throughRedis(packBatch(ins, 'p')))).toEqual(ins);
  expect(unpackBatch('check-out', throughRedis(packBatch(outs, 'p')))).toEqual(outs);
});

test('so do its results, each with the user of its row', () => {
  const results: WriteResult[] = [
    { kind: 'stored', row: { userId: 2, checkedInAt: 1, checkedInBy: 1, checkedOutAt: null, checkedOutBy: null } },
    { kind: 'stored', row: { userId: 3, checkedInAt: 1, checkedInBy: 1, checkedOutAt: 5, checkedOutBy: 3 } },
    { kind: 'refused', reason: 'no-such-student' },
    { kind: 'refused', reason: 'sender' },
    { kind: 'revoked' },
    { kind: 'pending' },
  ];
  const rows = [2, 3, 4, 5, 6, 7].map((userId) => ({ ...checkOut, userId }));
  const batch = { act: 'check-out' as const, eventId: 3, rows };
  expect(unpackResults(batch, throughRedis(packResults(results)))).toEqual(results);
});

test('a process of another version reads it too: what it does not know stays beside the batch', () => {
  const batch = { act: 'check-in' as const, eventId: 3, rows: [checkIn] };
  const job = { ...packBatch(batch, 'p'), requestId: 'r-1', trace: '00-1-2-01', later: true };
  expect(unpackBatch('check-in', throughRedis(job))).toEqual(batch);
  expect(throughRedis({ ...packBatch(batch, 'p'), requestId: undefined, trace: undefined })).toEqual(
    packBatch(batch, 'p'),
  );
});

test('a step of a trace says how much of which event, and nothing of whom', () => {
  const job = packBatch({ act: 'check-in', eventId: 3, rows: [checkIn, { ...checkIn, userId: 1 }] }, 'p');
  expect(stepOf('worker', 'check-in', job)).toEqual({
    name: 'worker check-in',
    kind: 'consumer',
    attributes: {
      'messaging.system': 'bull',
      'messaging.destination.name': 'attendance',
      'exco.event_id': 3,
      'exco.rows': 2,
    },
  });
  expect(stepOf('worker', 'erase 4711', {})).toMatchObject({ name: 'worker unknown', attributes: { 'exco.rows': 0 } });
});

test('a job without rows is our own mistake, not a batch', () => {
  expect(() => unpackBatch('check-in', { eventId: 1 } as never)).toThrow(TypeError);
  expect(['check-in', 'check-out', 'erase', 'constructor'].filter(isAct)).toEqual(['check-in', 'check-out']);
});
