import type { Roster, Student } from '../../users/roster/roster.ts';
import type { AttendanceReader } from '../records/attendance-reader.ts';
import type { AttendanceRow, Standing } from '../records/attendance.ts';
import type { AcceptedCheckIn } from '../records/receipt.ts';
import type { Revocations } from '../records/revocations.ts';
import { AttendanceViews } from './attendance-views.ts';
import { OwnAttendances } from './own-attendance.ts';
import { ReceiptsOfRequest } from './receipts.interceptor.ts';

const me: Student = { id: 7, displayName: 'Ada', digits: '0007', classes: [] };
const row: AttendanceRow = { userId: 7, checkedInAt: 1_000, checkedInBy: 8, checkedOutAt: null, checkedOutBy: null };
const receipt: AcceptedCheckIn = { at: 2_000, byId: 8, onItsWay: false };

async function found(standing: Standing, accepted: AcceptedCheckIn | null, isRevoked = false) {
  const lookUps: string[] = [];
  const reader = {
    standing: () => (lookUps.push('row'), Promise.resolve(standing)),
    arrival: () => (lookUps.push('arrival'), Promise.resolve({ standing })),
  } as unknown as AttendanceReader;
  const revocations = { has: () => isRevoked } as unknown as Revocations;
  const roster = { student: (id: number) => ({ id, displayName: `student ${id}` }) } as unknown as Roster;
  const receipts = new ReceiptsOfRequest(() => accepted);
  const own = await new OwnAttendances(reader, revocations, new AttendanceViews(roster)).find(me, 3, receipts);
  return { ...own, seen: receipts.seen.get(3), lookUps };
}

test('the row, whatever a receipt says; and it is noted that it was seen', async () => {
  const own = await found({ kind: 'found', row }, receipt);
  expect(own).toMatchObject({ attendance: { committed: true, checkedInBy: { id: 8 }, revision: 1 }, revision: 1 });
  expect(own.seen).toBe(row);
});

test('no row: what a receipt proves, with whoever sent it; without one nothing', async () => {
  expect(await found({ kind: 'absent' }, receipt)).toMatchObject({
    attendance: { committed: false, checkedInAt: new Date(2_000).toISOString(), checkedInBy: { id: 8 }, revision: 0 },
  });
  expect(await found({ kind: 'absent' }, null)).toMatchObject({ attendance: null, revision: 0 });
});

test('a database that does not answer is no “no”: a receipt, else busy', async () => {
  expect(await found({ kind: 'unknown' }, receipt)).toMatchObject({ attendance: { committed: false } });
  await expect(found({ kind: 'unknown' }, null)).rejects.toMatchObject({ code: 'BUSY', retryAfter: 2 });
});

test('revoked: nothing, also by an old receipt while the database does not answer; but the row has the last word', async () => {
  expect(await found({ kind: 'revoked', revision: 9 }, receipt)).toMatchObject({ attendance: null, revision: 9 });
  expect(await found({ kind: 'unknown' }, receipt, true)).toMatchObject({ attendance: null });
  expect(await found({ kind: 'found', row }, receipt, true)).toMatchObject({ attendance: { committed: true } });
});

test('who has no receipt is looked up with those who arrive, who has one by the row itself', async () => {
  expect(await found({ kind: 'found', row }, null)).toMatchObject({ lookUps: ['arrival'] });
  expect(await found({ kind: 'found', row }, receipt)).toMatchObject({ lookUps: ['row'] });
});
