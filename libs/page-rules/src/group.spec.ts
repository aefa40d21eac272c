import { groupAfterCheckIn } from './group.ts';

const brought = { userId: 8, outcome: 'checked-in' };
const there = { userId: 9, outcome: 'already-checked-in' };
const me = { userId: 7, outcome: 'checked-in' };

test('it is me first, then whom I brought', () => {
  expect(groupAfterCheckIn({ committed: true, results: [brought, there, me] }, 7)).toEqual([7, 8]);
});

test('only the server knows when I was in before, when the database has not confirmed, and after another try was not answered', () => {
  const already = { committed: true, results: [brought, { ...there, userId: 7 }] };
  expect(groupAfterCheckIn(already, 7)).toBeNull();
  const queued = { committed: false, results: [{ userId: 7, outcome: 'queued' }] };
  expect(groupAfterCheckIn(queued, 7)).toBeNull();
  expect(groupAfterCheckIn({ committed: true, results: [brought, me] }, 7, true)).toBeNull();
});
