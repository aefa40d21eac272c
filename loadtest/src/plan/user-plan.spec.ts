import { arrivals } from './arrivals.ts';
import { planUsers, digitsOf, mostBrought, type RosterStudent } from './user-plan.ts';
import { seeded } from './random.ts';

const people: RosterStudent[] = Array.from({ length: 3_000 }, (_, index) => ({
  id: index + 1,
  username: `pupil${String((index * 7_919) % 10_000).padStart(4, '0')}`,
  // Some in no class, some in two.
  classIds: index % 20 === 0 ? [] : index % 13 === 0 ? [Math.floor(index / 30), 1_000] : [Math.floor(index / 30)],
}));
const times = arrivals('even', people.length, 30, seeded(1));
const plans = planUsers(people, times, 5);
const byId = new Map(people.map((person) => [person.id, person]));

test('everybody arrives once, at the planned times', () => {
  expect(new Set(plans.map(({ userId }) => userId)).size).toBe(people.length);
  expect(plans.map(({ arrivesAt }) => arrivesAt)).toEqual(times);
});

test('those who are brought are classmates, each named once, with their own digits', () => {
  for (const { userId, brings } of plans) {
    const mine = byId.get(userId)?.classIds ?? [];
    expect(new Set(brings.map((other) => other.userId)).size).toBe(brings.length);
    expect(brings.length).toBeLessThanOrEqual(mostBrought);
    for (const one of brings) {
      const other = byId.get(one.userId);
      expect(one.userId).not.toBe(userId);
      expect(other?.classIds.some((id) => mine.includes(id))).toBe(true);
      expect(one.digits).toBe(digitsOf(other?.username ?? ''));
      expect(one.mistyped).not.toBe(one.digits);
    }
  }
});

test('groups overlap: many are brought by several', () => {
  const bringers = new Map<number, number>();
  for (const { userId } of plans.flatMap(({ brings }) => brings)) bringers.set(userId, (bringers.get(userId) ?? 0) + 1);
  expect([...bringers.values()].filter((count) => count > 1).length).toBeGreaterThan(people.length / 10);
});

test('some mistype, themselves and others', () => {
  expect(plans.filter(({ mistyped }) => mistyped !== null).length).toBeGreaterThan(20);
  expect(plans.flatMap(({ brings }) => brings).filter(({ mistyped }) => mistyped !== null).length).toBeGreaterThan(50);
});

test('the classmates are counted once, over all classes', () => {
  const both = plans.find(({ userId }) => byId.get(userId)?.classIds.length === 2);
  const ids = byId.get(both?.userId ?? 0)?.classIds ?? [];
  const expected = people.filter(
    ({ id, classIds }) => id !== both?.userId && classIds.some((one) => ids.includes(one)),
  ).length;
  expect(both?.classmates).toBe(expected);
  expect(plans.filter(({ classmates }) => classmates === 0)).toHaveLength(
    people.filter(({ classIds }) => classIds.length === 0).length,
  );
});

test('where fewer come than there are people, the others may be brought along', () => {
  const few = planUsers(people, times.slice(0, 100), 5);
  expect(few).toHaveLength(100);
  const coming = new Set(few.map(({ userId }) => userId));
  expect(few.flatMap(({ brings }) => brings).some(({ userId }) => !coming.has(userId))).toBe(true);
});
