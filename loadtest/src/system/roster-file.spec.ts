import { demoRoster, rosterCsv } from '@exco/testing';
import { readRosterFile } from './roster-file.ts';

test('reads what the roster writer writes, quotes, commas and other scripts included', () => {
  const rows = [
    { username: 'ada0417', displayName: 'Ada “Countess” Lovelace', className: '7B, Maths' },
    { username: 'S00010093', displayName: 'Zoë "Z" O’Neill', className: null },
    ...demoRoster(300),
  ];
  expect(readRosterFile(rosterCsv(rows), 'demo')).toEqual(rows);
  expect(readRosterFile(`\uFEFF${rosterCsv(rows)}`, 'demo')).toEqual(rows);
});

test('another file is refused, with its line', () => {
  expect(() => readRosterFile('name,class\nx,y\n', 'other.csv')).toThrow('other.csv does not begin with');
  expect(() => readRosterFile('username,displayName,className\nada0417,Ada,\nada,Ada,\n', 'r.csv')).toThrow(
    'r.csv, line 3',
  );
});
