import { attendanceIn, groupIn } from './submission';

const me = { id: 7, displayName: 'Me' };
const mina = { id: 8, displayName: 'Mina' };

describe('attendanceIn', () => {
  it('is the row of the database when there is one, also when somebody else wrote it', () => {
    const attendance = attendanceIn(
      {
        committed: true,
        results: [
          { userId: 8, outcome: 'checked-in', checkedInAt: '2026-11-22T09:00:05.000Z', checkedInBy: me },
          { userId: 7, outcome: 'already-checked-in', checkedInAt: '2026-11-22T09:00:00.000Z', checkedInBy: mina },
        ],
      },
      me,
      0,
    );
    expect(attendance).toMatchObject({ checkedInAt: '2026-11-22T09:00:00.000Z', checkedInBy: mina, committed: true });
  });

  it('lets the student in while the database has not confirmed', () => {
    const at = Date.parse('2026-11-22T09:00:00.000Z');
    expect(attendanceIn({ committed: false, results: [{ userId: 7, outcome: 'queued' }] }, me, at)).toEqual({
      checkedInAt: '2026-11-22T09:00:00.000Z',
      checkedInBy: me,
      checkedOutAt: null,
      checkedOutBy: null,
      committed: false,
      revision: 0,
    });
  });
});

describe('groupIn', () => {
  const names = new Map([
    [8, 'Mina'],
    [9, 'Noor'],
  ]);
  const at = '2026-11-22T09:00:05.000Z';
  const brought = { userId: 8, outcome: 'checked-in' as const, checkedInAt: at, checkedInBy: me };
  const there = { userId: 9, outcome: 'already-checked-in' as const, checkedInAt: at, checkedInBy: mina };
  const self = { userId: 7, outcome: 'checked-in' as const, checkedInAt: at, checkedInBy: me };

  it('is me first, and whoever came with me', () => {
    expect(groupIn({ committed: true, results: [brought, there, self] }, me, names)).toEqual([
      { userId: 7, displayName: 'Me', checkedInAt: at, checkedOutAt: null },
      { userId: 8, displayName: 'Mina', checkedInAt: at, checkedOutAt: null },
    ]);
  });

  it('is not known when I was there before, or the database has not confirmed', () => {
    expect(groupIn({ committed: true, results: [brought, { ...there, userId: 7 }] }, me, names)).toBeNull();
    expect(groupIn({ committed: false, results: [{ userId: 7, outcome: 'queued' }] }, me, names)).toBeNull();
  });
});
