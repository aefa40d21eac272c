import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const none: Tally = { passed: 0, failed: 0, skipped: 0 };
export const oneFailure: Tally = { ...none, failed: 1 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    none,
  );
}

/** The part of `jest --json` that is counted. A file that could not even be loaded has no tests to fail. */
interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

/** The part of Playwright's JSON report that is counted. `errors` are faults outside any test. */
interface PlaywrightResult {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

function ofJest(result: JestResult): Tally {
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** A flaky test has failed once: it is a failure until it is understood. */
function ofPlaywright({ stats, errors }: PlaywrightResult): Tally {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
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
