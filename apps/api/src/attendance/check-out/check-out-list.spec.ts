import type { FastifyRequest } from 'fastify';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { Roster, Student } from '../../users/roster/roster.ts';
import type { AttendanceReader } from '../records/attendance-reader.ts';
import type { AttendanceRow, Standing } from '../records/attendance.ts';
import type { AcceptedCheckIn, Receipt } from '../records/receipt.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import { CheckOutList } from './check-out-list.ts';
import type { CheckOutRules } from './check-out-rules.ts';

const me: Student = { id: 7, displayName: 'Ada', digits: '0007', classes: [] };
const row = (userId: number, checkedInBy: number): AttendanceRow => ({
  userId,
  checkedInAt: 1_000,
  checkedInBy,
  checkedOutAt: null,
  checkedOutBy: null,
});

async function listed(
  brought: AttendanceRow[],
  standing: Standing | 'must not be asked for',
  accepted: AcceptedCheckIn | null = null,
) {
  const reader = {
    broughtBy: () => Promise.resolve(brought),
    standing: () => (typeof standing === 'string' ? Promise.reject(new Error(standing)) : Promise.resolve(standing)),
  } as unknown as AttendanceReader;
  const roster = { student: (id: number) => ({ id, displayName: `student ${id}` }) } as unknown as Roster;
  const list = new CheckOutList(
    { find: () => Promise.resolve({}) } as unknown as LiveEvents,
    reader,
    { accepted: () => accepted } as unknown as Receipt,
    new AttendanceViews(roster),
    { refuseUninvited: () => Promise.resolve() } as unknown as CheckOutRules,
  );
  return (await list.of(me, 3, {} as FastifyRequest)).map(({ userId }) => userId);
}

test('whoever checked themselves in is among those they brought: one look-up says all, themselves first', async () => {
  expect(await listed([row(9, 7), row(7, 7)], 'must not be asked for')).toEqual([7, 9]);
});

test('whom somebody else brought is looked up; a check-in that was taken back is not listed', async () => {
  expect(await listed([row(9, 7)], { kind: 'found', row: row(7, 8) })).toEqual([7, 9]);
  expect(await listed([], { kind: 'revoked', revision: 4 })).toEqual([]);
});

test('no row yet: what a receipt proves; a database that does not answer is no “no”', async () => {
  expect(await listed([], { kind: 'absent' }, { at: 1_000, byId: 7, onItsWay: true })).toEqual([7]);
  expect(await listed([], { kind: 'absent' })).toEqual([]);
  await expect(listed([], { kind: 'unknown' })).rejects.toMatchObject({ code: 'BUSY' });
});
