import { readTestOptions } from './options.ts';
import { specsMatching } from './projects.ts';
import { stagesFor } from './steps.ts';

const namesFor = (filter: string | null) => stagesFor(filter).map((stage) => stage.map(({ name }) => name));

test('a filter chooses unit, API e2e and browser e2e files by their path, whatever the case', () => {
  const files = specsMatching('CHECK-IN');
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file.includes('check-in'))).toEqual([]);
  expect(namesFor('check-in')).toEqual([['Unit', 'API']]);
  expect(namesFor('tools/src/test/options')).toEqual([['Unit']]);
});

test('without a filter everything runs: lint and types first, and two steps at once then', () => {
  expect(namesFor(null).map(({ length }) => length)).toEqual([1, 1, 2, 2]);
});

test.each([
  [['--filter', '('], /not a regular expression/],
  [['--filter', ''], /matches every file/],
  [['--filter', 'a', '--watch', 'b'], /either --filter or --watch/],
  [['--fliter', 'a'], /Unknown option '--fliter'[^]*npm test -- --filter/],
])('%j is refused', (args, message) => {
  expect(() => readTestOptions(args)).toThrow(message);
});
