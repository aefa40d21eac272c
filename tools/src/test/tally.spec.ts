import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTally } from './tally.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'exco-tally-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function report(content: object): string {
  const file = join(directory, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const jest = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 2 }, errors: [], suites: [] };

test('what passed, failed and was skipped is counted', () => {
  expect(readTally(report(jest), 0)).toEqual({ passed: 5, failed: 0, skipped: 2, failures: [] });
  expect(readTally(report({ ...jest, numFailedTests: 2 }), 1)).toMatchObject({ passed: 5, failed: 2 });
  expect(readTally(report(playwright), 0)).toEqual({ passed: 4, failed: 0, skipped: 2, failures: [] });
});

test('a file that cannot be loaded, a flaky test and a fault outside any test are failures', () => {
  expect(readTally(report({ ...jest, numRuntimeErrorTestSuites: 1 }), 1).failed).toBe(1);
  expect(readTally(report({ ...playwright, stats: { ...playwright.stats, flaky: 1 } }), 0).failed).toBe(1);
  expect(readTally(report({ ...playwright, errors: [{}] }), 1).failed).toBe(1);
});

test('what failed is named with the first lines of why, wherever it stands in the report', () => {
  const red = '\u001b[31m';
  const testResults = [
    { name: 'good.spec.ts', status: 'passed', message: '', assertionResults: [{ status: 'passed', fullName: 'a' }] },
    {
      name: 'bad.spec.ts',
      status: 'failed',
      message: 'summary',
      assertionResults: [{ status: 'failed', fullName: 'b', failureMessages: [`${red}not 3\n\n${'x\n'.repeat(50)}`] }],
    },
    { name: 'unreadable.spec.ts', status: 'failed', message: 'no such module', assertionResults: [] },
  ];
  const [first, second, ...more] = readTally(report({ ...jest, numFailedTests: 1, testResults }), 1).failures;
  expect(first?.split('\n').slice(0, 3)).toEqual(['bad.spec.ts › b', '    not 3', '    x']);
  expect(first?.split('\n')).toHaveLength(13);
  expect([second, ...more]).toEqual(['unreadable.spec.ts\n    no such module']);

  const spec = (title: string, status: string) => ({
    file: 'page.spec.ts',
    title,
    tests: [{ status, results: [{ errors: [{ message: 'not seen' }] }, { errors: [] }] }],
  });
  const suites = [
    { specs: [spec('good', 'expected')], suites: [{ specs: [spec('bad', 'unexpected'), spec('odd', 'flaky')] }] },
  ];
  const stats = { ...playwright.stats, unexpected: 1, flaky: 1 };
  expect(readTally(report({ stats, errors: [{ message: 'no browser' }], suites }), 1).failures).toEqual([
    'page.spec.ts › bad\n    not seen',
    'page.spec.ts › odd\n    not seen',
    'outside any test\n    no browser',
  ]);
});

test.each<[string, () => string, number, RegExp]>([
  ['without a report', () => join(directory, 'missing.json'), 0, /reported nothing/],
  ['without a test', () => report({ ...jest, numPassedTests: 0 }), 0, /after 0 passed tests/],
  ['with an exit code that no test explains', () => report(jest), 1, /exit code 1 after 5 passed tests/],
])('a run %s is a failure, and says why', (_, file, exitCode, why) => {
  const said: string[] = [];
  expect(readTally(file(), exitCode, (line) => said.push(line)).failed).toBe(1);
  expect(said).toEqual([expect.stringMatching(why)]);
});
