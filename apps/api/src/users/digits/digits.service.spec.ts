import type { Roster, Student } from '../roster/roster.ts';
import type { DigitLimits, Miss } from './digit-limits.ts';
import { DigitsService } from './digits.service.ts';

const section = (id: number) => ({ id, name: `class ${id}`, size: 2, members: () => [] });
const student = (id: number, ...classIds: number[]): Student => ({
  id,
  displayName: `student ${id}`,
  digits: String(1_000 + id),
  classes: classIds.map(section),
});
const everybody = new Map([student(7, 1, 2), student(8, 1), student(9, 2), student(10, 3)].map((one) => [one.id, one]));
// As the roster itself: by id, and another object at each look.
const roster = {
  student: (id: number) => everybody.get(id) && { ...everybody.get(id) },
  shareClass: (one: Student, other: Student) =>
    one.classes.some(({ id }) => other.classes.some((two) => two.id === id)),
} as unknown as Roster;

async function tried(tries: [userId: number, digits: string][], classIds?: number[], locked: number[] = []) {
  const noted: Miss[] = [];
  const reported: Miss[] = [];
  const limits = {
    secondsLocked: (_: number, userId: number) => (locked.includes(userId) ? 42 : 0),
    note: (_: number, miss: Miss) => noted.push(miss),
    report: (_: number, misses: Miss[]) => Promise.resolve(reported.push(...misses)),
  } as unknown as DigitLimits;
  const digits = new DigitsService(roster, limits, { SIGN_IN: 'username' });
  const asked = tries.map(([userId, typed]) => ({ userId, digits: typed }));
  const verdicts = await digits.verify(student(7, 1, 2), 'a session', asked, classIds);
  expect(reported).toEqual(noted);
  return { outcomes: verdicts.map(({ outcome }) => outcome), missed: noted };
}

test('my own digits and those of my classmates match, and cost nothing', async () => {
  const right: [number, string][] = [7, 8, 9].map((id) => [id, String(1_000 + id)]);
  expect(await tried(right)).toEqual({ outcomes: ['match', 'match', 'match'], missed: [] });
});

test('a stranger’s right digits, and those of nobody, are wrong digits, and count against whoever tries alone', async () => {
  const { outcomes, missed } = await tried([
    [10, '1010'],
    [4_000_000_000, '0000'],
    [8, '0000'],
  ]);
  expect(outcomes).toEqual(['wrong-digits', 'wrong-digits', 'wrong-digits']);
  expect(missed.map(({ targetId, isClassmate }) => [targetId, isClassmate])).toEqual([
    [10, false],
    [4_000_000_000, false],
    [8, true],
  ]);
});

test('at an event for one class, classmates of another are wrong digits', async () => {
  const right: [number, string][] = [8, 9].map((id) => [id, String(1_000 + id)]);
  expect((await tried(right, [1])).outcomes).toEqual(['match', 'wrong-digits']);
});

test('whoever is locked is not judged, and the others are', async () => {
  const { outcomes, missed } = await tried(
    [
      [8, '1008'],
      [9, '1009'],
    ],
    undefined,
    [8],
  );
  expect([outcomes, missed]).toEqual([['locked', 'match'], []]);
});
