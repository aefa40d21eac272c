import { leavingTimes } from './departure';

const now = '2026-11-22T10:05:00.000Z';
const earlier = '2026-11-22T10:01:00.000Z';

describe('leavingTimes', () => {
  it('takes the times of the database, also those of an earlier check-out', () => {
    const times = leavingTimes(
      {
        committed: true,
        results: [
          { userId: 1, outcome: 'checked-out', checkedOutAt: now },
          { userId: 2, outcome: 'already-checked-out', checkedOutAt: earlier },
          { userId: 3, outcome: 'not-yours' },
        ],
      },
      now,
    );
    expect([...times]).toEqual([[1, now], [2, earlier]]);
  });

  it('takes now for whom the database has not confirmed', () => {
    expect([...leavingTimes({ committed: false, results: [{ userId: 1, outcome: 'queued' }] }, now)]).toEqual([[1, now]]);
  });
});
