import type { Student } from '../../users/roster/roster.ts';
import type { AttendanceReader } from '../records/attendance-reader.ts';
import type { AttendanceRow, WriteResult } from '../records/attendance.ts';
import type { AttendanceViews } from '../views/attendance-views.ts';
import { CheckInAnswers } from './check-in-answers.ts';

const me: Student = { id: 7, displayName: 'Ada', digits: '0007', classes: [] };
const at = 1_000;
const row = (userId: number, checkedInBy: number, checkedInAt = at): AttendanceRow => ({
  userId,
  checkedInAt,
  checkedInBy,
  checkedOutAt: null,
  checkedOutBy: null,
});
const stored = (...given: Parameters<typeof row>): WriteResult => ({ kind: 'stored', row: row(...given) });

function committed(
  named: { userId: number; refused?: 'wrong-digits' }[],
  results: WriteResult[],
  brought = [row(7, 7)],
) {
  const reader = { broughtBy: () => Promise.resolve(brought) } as unknown as AttendanceReader;
  const views = { person: (id: number) => ({ id, displayName: `student ${id}` }) } as unknown as AttendanceViews;
  return new CheckInAnswers(reader, views).committed(me, 3, named, results, at);
}

test('what the rows say, in the order of the request', async () => {
  const named = [{ userId: 7 }, { userId: 8, refused: 'wrong-digits' as const }, { userId: 9 }, { userId: 10 }];
  const { results } = await committed(named, [stored(7, 7), stored(9, 9), { kind: 'revoked' }]);
  expect(results.map(({ userId, outcome }) => [userId, outcome])).toEqual([
    [7, 'checked-in'],
    [8, 'wrong-digits'],
    [9, 'already-checked-in'],
    [10, 'refused'],
  ]);
});

// Only whoever has left the roster is to sign in anew. An event that is gone is no reason to send everybody there.
test.each<[WriteResult, string]>([
  [{ kind: 'refused', reason: 'no-such-event' }, 'EVENT_NOT_FOUND'],
  [{ kind: 'refused', reason: 'no-such-student' }, 'NOT_SIGNED_IN'],
  [{ kind: 'revoked' }, 'CHECK_IN_REVOKED'],
])('my own row: %j', async (own, code) => {
  await expect(committed([{ userId: 7 }], [own])).rejects.toMatchObject({ name: 'ApiError', code });
});

test('a row of mine that cannot be is our own mistake, and not the student’s', async () => {
  for (const own of [{ kind: 'refused', reason: 'invalid' }, { kind: 'pending' }] as const)
    await expect(committed([{ userId: 7 }], [own])).rejects.not.toMatchObject({ name: 'ApiError' });
});

test('a request after an earlier one also names whom that one had brought', async () => {
  const brought = [row(7, 7, 500), row(8, 7, 500), row(9, 7)];
  const answer = await committed([{ userId: 7 }, { userId: 9 }], [stored(7, 7, 500), stored(9, 7)], brought);
  expect(answer.broughtBefore?.map(({ userId }) => userId)).toEqual([8]);
  expect(await committed([{ userId: 7 }], [stored(7, 7)], brought)).not.toHaveProperty('broughtBefore');
});
