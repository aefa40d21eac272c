import { jest } from '@jest/globals';
import { RosterTableBuilder, type RosterTable } from './roster-table.ts';
import { sortedInTurns } from './turns.ts';

const students = 60_000;
const perClass = 30;

async function aTable(count: number, meanwhile: () => void = () => undefined): Promise<RosterTable> {
  const builder = new RosterTableBuilder(count);
  for (let section = 0; section < count / perClass; section++) builder.addClass(section + 1, `Class ${section + 1}`);
  for (let index = 0; index < count; index++)
    builder.addStudent(index * 3 + 1, `élève.${index}.${String(index % 10_000).padStart(4, '0')}`, `Zoë ${index}`);
  for (let index = 0; index < count; index++) builder.addEnrolment(Math.floor(index / perClass) + 1, index * 3 + 1);
  let finished = false;
  const look = () => {
    meanwhile();
    if (!finished) setImmediate(look);
  };
  setImmediate(look);
  return builder.finish(7).finally(() => (finished = true));
}

test('everybody is found by id and by name, with digits, name and class, and nobody else', async () => {
  const table = await aTable(3_000);
  expect([table.size, table.revision]).toEqual([3_000, 7]);
  for (let index = 0; index < 3_000; index++) {
    const student = table.student(index * 3 + 1);
    expect(student).toMatchObject({ id: index * 3 + 1, displayName: `Zoë ${index}` });
    expect(student?.digits).toBe(String(index % 10_000).padStart(4, '0'));
    expect(student?.classes.map(({ id }) => id)).toEqual([Math.floor(index / perClass) + 1]);
  }
  expect(table.known('ÉLÈVE.2500.2500')?.id).toBe(7_501);
  for (const nobody of [0, 2, 9_001, 4_294_967_295]) expect(table.student(nobody)).toBeUndefined();
  expect(table.known('élève.3000.3000')).toBeUndefined();
});

test('a student costs some dozen bytes, and no object', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const table = await aTable(students);
  const bytes = process.memoryUsage().arrayBuffers - before;
  expect(table.size).toBe(students);
  expect(bytes / students).toBeLessThan(150);
});

test('of a class of the whole school no more students are made than are asked for, by name', async () => {
  const builder = new RosterTableBuilder(5_000);
  builder.addClass(1, 'Everybody');
  for (let id = 1; id <= 5_000; id++) builder.addStudent(id, `pupil${id}0417`, `Name ${(id * 7_919) % 5_000}`);
  for (let id = 1; id <= 5_000; id++) builder.addEnrolment(1, id);
  const table = await builder.finish(1);
  const made = jest.spyOn(table, 'at');
  const first: string[] = [];
  for (const { displayName } of table.classes[0]?.members() ?? []) if (first.push(displayName) === 300) break;
  expect(made).toHaveBeenCalledTimes(300);
  const names = Array.from({ length: 5_000 }, (_, index) => `Name ${index}`).sort(new Intl.Collator().compare);
  expect(first).toEqual(names.slice(0, 300));
});

test('others have their turns while it is made', async () => {
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now++);
  let turns = 0;
  await aTable(students, () => turns++);
  clock.mockRestore();
  expect(turns).toBeGreaterThan(10);
});

test('more students than were counted are refused', () => {
  const builder = new RosterTableBuilder(1);
  builder.addStudent(1, 'ada0417', 'Ada');
  expect(() => builder.addStudent(2, 'ben0417', 'Ben')).toThrow(RangeError);
});

test.each([0, 1, 499, 500, 501, 2_345])('%i items are sorted as ever, those alike in their order', async (count) => {
  const items = Array.from({ length: count }, (_, place) => ({ key: (place * 7_919) % 97, place }));
  const compare = (one: { key: number }, other: { key: number }) => one.key - other.key;
  expect(await sortedInTurns(items, compare)).toEqual(items.toSorted(compare));
});
