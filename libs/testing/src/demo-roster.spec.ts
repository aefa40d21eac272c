import type { RosterRow } from '@exco/persistence';
import { demoRoster, rosterCsv } from './demo-roster.ts';

const digits = (username: string) => username.slice(-4);

function classesOf(rows: readonly RosterRow[]): RosterRow[][] {
  const enrolled = rows.filter(({ className }) => className !== null);
  return [...Map.groupBy(enrolled, ({ className }) => className).values()];
}

function sharing(usernames: readonly string[]): string[] {
  return [...Map.groupBy(usernames, digits).values()].filter((group) => group.length > 1).flat();
}

function readCsv(text: string): string[][] {
  const fields = [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, field = '', end] of fields) {
    rows.at(-1)?.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('the demo roster', () => {
  const rows = demoRoster();
  const usernames = [...new Set(rows.map(({ username }) => username))];
  const classes = classesOf(rows);
  const count = (matches: (username: string) => boolean) => usernames.filter(matches).length;

  test('is the same every time, and another for another seed', () => {
    expect(demoRoster()).toEqual(rows);
    expect(demoRoster(10_000, 4)).not.toEqual(rows);
  });

  test('has 10,000 students, in about 300 classes of 1 to 127 with a median near 30', () => {
    const sizes = classes.map((members) => members.length).sort((a, b) => a - b);
    expect(usernames).toHaveLength(10_000);
    expect(sizes.length).toBeGreaterThan(280);
    expect(sizes.length).toBeLessThan(320);
    expect([sizes.at(0), sizes.at(-1)]).toEqual([1, 127]);
    expect(sizes[sizes.length >> 1]).toBe(30);
  });

  test('has students in two classes and in none, and no enrolment twice', () => {
    const perStudent = [...Map.groupBy(rows, ({ username }) => username).values()];
    expect(perStudent.filter((own) => own.length === 2).length).toBeGreaterThan(700);
    expect(perStudent.filter((own) => own.length > 2)).toEqual([]);
    const none = rows.filter(({ className }) => className === null).map(({ username }) => username);
    expect(none.length).toBeGreaterThan(450);
    expect(rows.filter(({ username, className }) => className !== null && none.includes(username))).toEqual([]);
    expect(new Set(rows.map(({ username, className }) => `${username}/${className}`)).size).toBe(rows.length);
  });

  test('61 % share their digits with somebody, 44 within one class', () => {
    expect(sharing(usernames).length / 100).toBeCloseTo(61.5, 0);
    expect(new Set(classes.flatMap((members) => sharing(members.map(({ username }) => username)))).size).toBe(44);
  });

  test('usernames end in four digits, with and without letters, some with leading zeros, unique whatever their case', () => {
    expect(count((name) => !/^[\w.-]*\d{4}$/.test(name))).toBe(0);
    expect(count((name) => /^\d+$/.test(name))).toBeGreaterThan(3_000);
    expect(count((name) => /[a-z]/i.test(name))).toBeGreaterThan(4_000);
    expect(count((name) => /^0\d+$/.test(name))).toBeGreaterThan(500);
    expect(count((name) => /^\d{4}$/.test(name))).toBeGreaterThan(5);
    expect(new Set(usernames.map((name) => name.toLowerCase())).size).toBe(usernames.length);
  });

  test.each([
    ['accents', /[éüłşø]/],
    ['typewriter apostrophes', /'/],
    ['real apostrophes', /’/],
    ['hyphens', /-/],
    ['commas and quotes', /[",]/],
    ['combining marks', /\p{M}/u],
    ['beyond the basic plane', /[\u{10000}-\u{10ffff}]/u],
    ...[
      'Greek',
      'Cyrillic',
      'Arabic',
      'Hebrew',
      'Han',
      'Hiragana',
      'Hangul',
      'Devanagari',
      'Tamil',
      'Thai',
      'Armenian',
    ].map((script): [string, RegExp] => [script, new RegExp(`\\p{Script=${script}}`, 'u')]),
  ])('names have %s', (_, pattern) => {
    expect(rows.some(({ displayName }) => pattern.test(displayName))).toBe(true);
  });

  test('a few classes have namesakes, and the two are told apart by nothing but the username', () => {
    const withNamesakes = classes.filter(
      (members) => new Set(members.map((row) => row.displayName)).size < members.length,
    );
    expect(withNamesakes.length).toBeGreaterThan(10);
    expect(withNamesakes.length).toBeLessThan(60);
  });

  test('fits the columns it is stored in', () => {
    for (const { username, displayName, className } of rows) {
      expect(username.length).toBeLessThanOrEqual(100);
      expect(displayName.length).toBeLessThanOrEqual(200);
      expect(className?.length ?? 0).toBeLessThanOrEqual(100);
    }
  });
});

test('a hundred thousand students keep the same shape', () => {
  const rows = demoRoster(100_000);
  const sizes = classesOf(rows).map((members) => members.length);
  expect(new Set(rows.map(({ username }) => username)).size).toBe(100_000);
  expect(sizes.length).toBeGreaterThan(2_800);
  expect(Math.max(...sizes)).toBe(127);
});

test('a small roster is one too', () => {
  expect(new Set(demoRoster(20).map(({ username }) => username)).size).toBe(20);
});

test('the CSV gives back every row, whatever it holds', () => {
  const rows = [...demoRoster(3_000), { username: 'x0001', displayName: 'two\r\nlines, "quoted"', className: null }];
  const [header, ...lines] = readCsv(rosterCsv(rows));
  expect(header).toEqual(['username', 'displayName', 'className']);
  expect(lines).toEqual(rows.map(({ username, displayName, className }) => [username, displayName, className ?? '']));
});
