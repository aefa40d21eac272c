import { readTestOptions } from './options.ts';
import { specsMatching } from './projects.ts';
import { stepsFor } from './steps.ts';

test('a filter chooses unit, API e2e and browser e2e files by their path, whatever the case', () => {
  const files = specsMatching('CHECK-IN');
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file.includes('check-in'))).toEqual([]);
  expect(stepsFor('check-in').map(({ name }) => name)).not.toContain('Type check');
  expect(stepsFor('tools/src/test/options').map(({ name }) => name)).toEqual(['Unit tests']);
});

test('without a filter everything runs', () => {
  expect(stepsFor(null)).toHaveLength(5);
});

test.each([
  [['--filter', '('], /not a regular expression/],
  [['--filter', ''], /matches every file/],
  [['--filter', 'a', '--watch', 'b'], /either --filter or --watch/],
  [['--fliter', 'a'], /Unknown option '--fliter'[^]*npm test -- --filter/],
])('%j is refused', (args, message) => {
  expect(() => readTestOptions(args)).toThrow(message);
});
