import { UsageFault } from '../terminal/fault.ts';
import { readOptions } from './options.ts';

test('what is not said has a default', () => {
  expect(readOptions([])).toMatchObject({
    mode: 'run',
    students: 10_000,
    arriveWithinSeconds: 30,
    profile: 'even',
    images: true,
    url: null,
  });
  expect(readOptions(['--smoke'])).toMatchObject({ students: 300, ceilings: false, smoke: true });
  expect(readOptions(['--help'])).toBeNull();
});

test('what is said counts', () => {
  expect(
    readOptions([
      '--students',
      '500',
      '--arrive-within',
      '10m',
      '--profile',
      'spike',
      '--no-images',
      '--no-ceilings',
      '--seed',
      '0',
    ]),
  ).toMatchObject({
    students: 500,
    arriveWithinSeconds: 600,
    profile: 'spike',
    images: false,
    ceilings: false,
    seed: 0,
  });
  expect(readOptions(['--sweep', '100,200'])).toMatchObject({ mode: 'sweep', sweep: [100, 200] });
  expect(readOptions(['--url', 'http://school.example:3000/', '--admin-token', 'secret'])).toMatchObject({
    url: 'http://school.example:3000',
  });
});

test.each([
  [['--students', 'many'], '--students'],
  [['--students', '0'], '--students'],
  [['--students', '2.5'], 'whole number'],
  [['--arrive-within', '30'], 'a time such as 30s'],
  [['--arrive-within', '0s'], '--arrive-within'],
  [['--arrive-within', '5h'], 'up to 4h'],
  [['--profile', 'flood'], 'one of even, spike'],
  [['--url', 'school.example', '--admin-token', 'x'], '--url'],
  [['--url', 'http://school.example'], '--admin-token'],
  [['--url', 'http://school.example', '--admin-token', 'x', '--control'], 'leave --url out'],
  [['--url', 'http://school.example', '--admin-token', 'x', '--reconnect-storm'], 'leave --url out'],
  [['--control', '--bench'], 'two different things'],
  [['--sweep', '100,x'], '--sweep'],
  [['--unknown'], '--unknown'],
  [['stray'], 'stray'],
])('%j is not understood, and the message says why', (args, why) => {
  expect(() => readOptions(args)).toThrow(UsageFault);
  expect(() => readOptions(args)).toThrow(why);
});
