import { writeRoster } from '@exco/persistence';
import { aClassSection, aDatabase, aStudent, type OwnDatabase } from '@exco/testing';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Roster, type Student } from './roster.ts';
import { RosterRepository } from './roster.repository.ts';

let database: OwnDatabase;
let roster: Roster;
const signals = { on: () => undefined } as unknown as SignalBus;
beforeEach(async () => {
  database = await aDatabase();
  roster = new Roster(new RosterRepository(database.source), signals);
});
afterEach(() => database.close());

async function known(username: string): Promise<Student> {
  const student = await roster.find(username);
  if (!student) throw new Error(`${username} is not on the roster`);
  return student;
}
const names = (student: Student) => [...roster.classmatesOf(student)].map(([{ displayName }]) => displayName);

test('in no class, one or several; classmates once each, never oneself', async () => {
  const of = (name: string, className: string | null) =>
    aStudent({ username: `${name}0417`, displayName: name, className });
  await writeRoster(database.source, [
    of('ada', '7B'),
    of('ada', 'Choir'),
    of('ben', '7B'),
    of('ben', 'Choir'),
    of('cleo', 'Choir'),
    of('dora', null),
  ]);
  const [ada, ben, cleo, dora] = [
    await known('ada0417'),
    await known('ben0417'),
    await known('cleo0417'),
    await known('dora0417'),
  ];
  expect(ada.classes.map(({ name }) => name).sort()).toEqual(['7B', 'Choir']);
  expect(names(ada).sort()).toEqual(['ben', 'cleo']);
  expect(names(cleo).sort()).toEqual(['ada', 'ben']);
  expect([dora.classes, names(dora)]).toEqual([[], []]);
  expect([roster.shareClass(ada, ben), roster.shareClass(ben, cleo), roster.shareClass(ada, dora)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(ada.digits).toBe('0417');
});

test('found as written, or as a phone writes it where that leaves only one', async () => {
  const usernames = ['ada0417', 'Bo0417', 'bo0417', 'Zoe\u0308' + '0417', 'ÉMILE0093'];
  await writeRoster(
    database.source,
    usernames.map((username) => aStudent({ username })),
  );
  const id = async (typed: string) => (await roster.find(typed))?.id;
  expect(await id(' Ada0417 ')).toBe((await known('ada0417')).id);
  expect(await id('Zo\u00eb0417')).toBe((await known('Zoe\u0308' + '0417')).id);
  expect(await id('émile0093')).toBe((await known('ÉMILE0093')).id);
  expect(await id('Bo0417')).not.toBe(await id('bo0417'));
  expect(await id('BO0417')).toBeUndefined();
  expect(await id('ada')).toBeUndefined();
});

test('what is written anew is seen at the next look, and whoever left is gone', async () => {
  const [ada, ben] = aClassSection(2);
  if (!ada || !ben) throw new Error('the class is empty');
  await writeRoster(database.source, [ada]);
  expect(names(await known(ada.username))).toEqual([]);
  await writeRoster(database.source, [ben]);
  await roster.refresh();
  expect(names(await known(ada.username))).toEqual([ben.displayName]);
  await database.source.query('UPDATE users SET left_at = NOW() WHERE username = ?', [ben.username]);
  await database.source.query('UPDATE roster_revision SET revision = revision + 1');
  await roster.refresh();
  expect(names(await known(ada.username))).toEqual([]);
  expect(await roster.find(ben.username)).toBeUndefined();
  // The username again, after its owner has left: somebody else, without their attendance.
  const [before]: { id: number }[] = await database.source.query('SELECT id FROM users WHERE username = ?', [
    ben.username,
  ]);
  await writeRoster(database.source, [{ ...ben, displayName: 'Ben again' }]);
  expect(await known(ben.username)).toMatchObject({ displayName: 'Ben again' });
  expect((await known(ben.username)).id).not.toBe(before?.id);
});

test('a student known from before the roster was read again is the same student', async () => {
  const [ada, ben] = aClassSection(2);
  if (!ada || !ben) throw new Error('the class is empty');
  await writeRoster(database.source, [ada, ben]);
  const before = await known(ada.username);
  await writeRoster(database.source, [{ ...ada, displayName: 'Ada again' }]);
  await roster.refresh();
  const after = roster.student(before.id);
  if (!after) throw new Error('the student is gone');
  expect(after).not.toBe(before);
  expect(roster.shareClass(before, await known(ben.username))).toBe(true);
  expect(names(before)).toEqual([ben.displayName]);
  expect(names(after)).toEqual([ben.displayName]);
});

test('how many usernames share a stem', async () => {
  await writeRoster(
    database.source,
    ['ada0417', 'Ada0093', 'adam0417', 'ad0417', '20240001', '20240002'].map((username) => aStudent({ username })),
  );
  await roster.refresh();
  expect(['ada9999', 'ad9999', '20249999', 'nobody9999'].map((name) => roster.sharingStem(name))).toEqual([2, 1, 2, 0]);
});

test('nothing is read again while nothing was written', async () => {
  await writeRoster(database.source, aClassSection(3));
  await roster.refresh();
  const [first] = roster.allClasses();
  await roster.refresh();
  expect(roster.allClasses()[0]).toBe(first);
});

test('a roster written twice is the same, and one that fails is not written at all', async () => {
  const rows = aClassSection(3);
  const all = async () => ({
    users: await database.source.query<object[]>('SELECT * FROM users'),
    enrollments: await database.source.query<object[]>('SELECT * FROM enrollments'),
  });
  await writeRoster(database.source, rows);
  const before = await all();
  await writeRoster(database.source, rows);
  expect(await all()).toEqual(before);
  await expect(writeRoster(database.source, [aStudent(), aStudent({ className: 'x'.repeat(101) })])).rejects.toThrow(
    'Data too long',
  );
  expect(await all()).toEqual(before);
});

test('classes by name, as a person would look for one', async () => {
  await writeRoster(
    database.source,
    ['10A', '9B', '2', 'Chor'].map((className) => aStudent({ className })),
  );
  await roster.refresh();
  expect(roster.allClasses().map(({ name }) => name)).toEqual(['2', '9B', '10A', 'Chor']);
});

test('students of several classes are counted in each, and whoever has left the roster in none', async () => {
  const of = (name: string, className: string) => aStudent({ username: `${name}0417`, displayName: name, className });
  await writeRoster(database.source, [of('ada', '7B'), of('ada', 'Choir'), of('ben', 'Choir'), of('cleo', '7B')]);
  await database.source.query("UPDATE users SET left_at = NOW() WHERE username = 'cleo0417'");
  await roster.refresh();
  expect(roster.allClasses().map((section) => [section.size, [...section.members()].length])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});
