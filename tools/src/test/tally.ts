import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, each with its name and the first lines of why. */
  failures: readonly string[];
}

export const none: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
export const oneFailure: Tally = { ...none, failed: 1 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
      failures: [...all.failures, ...one.failures],
    }),
    none,
  );
}

/** The part of `jest --json` that is read. A file that could not even be loaded has no tests to fail. */
interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

interface PlaywrightSuite {
  specs: {
    file: string;
    title: string;
    tests: { status: string; results: { errors: { message?: string }[] }[] }[];
  }[];
  suites?: PlaywrightSuite[];
}

/** The part of Playwright's JSON report that is read. `errors` are faults outside any test. */
interface PlaywrightResult {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
  suites: PlaywrightSuite[];
}

/** The whole of it stands in the output of the step, maybe thousands of lines up. */
function failure(name: string, messages: readonly (string | undefined)[]): string {
  const lines = stripVTControlCharacters(messages.join('\n'))
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [name, ...lines.slice(0, 12).map((line) => `    ${line}`)].join('\n');
}

function ofJest(result: JestResult): Tally {
  const failures = result.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [failure(name, [message])] : [];
    return failed.map(({ fullName, failureMessages }) => failure(`${name} › ${fullName}`, failureMessages));
  });
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
    failures,
  };
}

function failuresIn({ specs, suites = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ file, title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) =>
        failure(
          `${file} › ${title}`,
          results.flatMap(({ errors }) => errors.map(({ message }) => message)),
        ),
      ),
  );
  return [...own, ...suites.flatMap(failuresIn)];
}

/** A flaky test has failed once: it is a failure until it is understood. */
function ofPlaywright({ stats, errors, suites }: PlaywrightResult): Tally {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [...suites.flatMap(failuresIn), ...errors.map(({ message }) => failure('outside any test', [message]))],
  };
}

/**
 * Reads what a runner really did. No report, no test that ran, or an exit code that the report does not explain each
 * count as one failure: a run that proves nothing must not look like one that does.
 */
export function readTally(file: string, exitCode: number, say: (line: string) => void = console.error): Tally {
  if (!existsSync(file)) {
    say(`It ended with exit code ${exitCode} and reported nothing: that counts as one failure.`);
    return oneFailure;
  }
  const result = JSON.parse(readFileSync(file, 'utf8')) as JestResult | PlaywrightResult;
  const tally = 'stats' in result ? ofPlaywright(result) : ofJest(result);
  const unexplained = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0);
  if (!unexplained) return tally;
  say(
    `It ended with exit code ${exitCode} after ${tally.passed} passed tests and no failed one: that counts as one failure.`,
  );
  return { ...tally, failed: 1 };
}
