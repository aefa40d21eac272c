import { Lateness } from './lateness.ts';

const aLateness = () => new Lateness(2_000);

test('a batch over its deadline makes commits late, and one that is in time ends it', () => {
  const lateness = aLateness();
  lateness.missed(1_000);
  expect(lateness.isLate).toBe(true);
  lateness.committed(3_500, 3_600);
  expect(lateness.isLate).toBe(false);
});

test('a batch that is held up alone says nothing about the database', () => {
  const lateness = aLateness();
  lateness.committed(2_900, 2_950);
  lateness.missed(1_000);
  expect(lateness.isLate).toBe(false);
});

test('a commit that is known too late is no news', () => {
  const lateness = aLateness();
  lateness.missed(0);
  lateness.committed(0, 5_000);
  expect(lateness.isLate).toBe(true);
  lateness.nothingOverdue();
  expect(lateness.isLate).toBe(false);
});
