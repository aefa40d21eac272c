import { relative } from 'node:path';
import { checkout } from '../env.ts';
import { readTestOptions } from './options.ts';
import { specsMatching } from './projects.ts';
import { stagesFor } from './steps.ts';

const namesFor = (filter: string | null) =>
  stagesFor(filter).map((lanes) => lanes.map((steps) => steps.map(({ name }) => name)));

test('a filter chooses unit, API e2e and browser e2e files by their path, whatever the case', () => {
  const files = specsMatching('CHECK-IN');
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file.includes('check-in'))).toEqual([]);
  expect(namesFor('check-in')).toEqual([[['Unit'], ['API']]]);
  expect(namesFor('tools/src/test/options')).toEqual([[['Unit']]]);
});

test('without a filter everything runs, each file in one step: lint and types first, and alone what is measured', () => {
  const stages = stagesFor(null);
  expect(stages.map((lanes) => lanes.length)).toEqual([1, 1, 3, 1]);
  expect(namesFor(null).at(-1)).toEqual([['Browser, measured']]);
  const files = stages.flat(2).flatMap((step) => ('files' in step ? (step.files as string[]) : []));
  expect(files.map((file) => relative(checkout, file)).sort()).toEqual(specsMatching(''));
});

test.each([
  [['--filter', '('], /not a regular expression/],
  [['--filter', ''], /matches every file/],
  [['--filter', 'a', '--watch', 'b'], /either --filter or --watch/],
  [['--fliter', 'a'], /Unknown option '--fliter'[^]*npm test -- --filter/],
])('%j is refused', (args, message) => {
  expect(() => readTestOptions(args)).toThrow(message);
});
