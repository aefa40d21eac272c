import { join } from 'node:path';
import { checkout } from '../env.ts';
import { inBrowser, throwAwayStack } from './in-browser.ts';
import { jest, nxTarget, type TestRun } from './runners.ts';
import { apiEndToEnd, browserEndToEnd, specsMatching, unitProjects } from './projects.ts';
import { sum, type Tally } from './tally.ts';

export interface TestStep {
  name: string;
  /**
   * @param results a folder for reports, of this step alone
   * @param label stands before each line of output, where steps run side by side
   */
  run: (results: string, cleanUp: AsyncDisposableStack, label?: string) => Promise<Tally>;
}

async function unitTests(
  files: readonly string[],
  { results, label }: Pick<TestRun, 'results' | 'label'>,
  cleanUp: AsyncDisposableStack,
): Promise<Tally> {
  const stack = await throwAwayStack(cleanUp);
  const env = { TEST_DATABASE_URL: stack.databaseUrl, TEST_REDIS_URL: stack.redisUrl };
  const tallies: Tally[] = [];
  for (const project of unitProjects()) {
    const own = files.filter((file) => file.startsWith(join(checkout, project, '/')));
    if (own.length > 0) tallies.push(await jest(project, { results, env, files: own, label }));
  }
  return sum(tallies);
}

/** Tests that break processes, servers and lines of their own: they wait most of the time. */
const underFaults = (file: string) => file.includes('/faults/');

/** Browser tests whose limits are seconds of a line or a picture: other tests at the same time would use them up. */
const isMeasured = (file: string) => file.includes('/measured/');

/** What is measured comes last, when the tests under faults beside it have ended. */
function browserRuns(files: readonly string[]): string[][] {
  const runs = [files.filter((file) => !isMeasured(file)), files.filter(isMeasured)];
  return runs.filter(({ length }) => length > 0);
}

/**
 * What runs one after the other, and within each what runs side by side: tests that keep the processor busy beside tests
 * that wait. With a filter only the steps that have a matching test file.
 */
export function stagesFor(filter: string | null): TestStep[][] {
  const matching = (projects: string[]) => specsMatching(filter ?? '', projects).map((file) => join(checkout, file));
  const [unit, api, browser] = [matching(unitProjects()), matching([apiEndToEnd]), matching([browserEndToEnd])];
  const apiTests = (name: string, files: readonly string[]) => ({
    name,
    files,
    run: (results: string, _: AsyncDisposableStack, label?: string) =>
      jest(apiEndToEnd, { results, env: {}, files, label }),
  });
  const tests: (TestStep & { files: readonly string[] })[][] = [
    [
      { name: 'Unit', files: unit, run: (results, cleanUp, label) => unitTests(unit, { results, label }, cleanUp) },
      apiTests(
        'API',
        api.filter((file) => !underFaults(file)),
      ),
    ],
    [
      apiTests('API under faults', api.filter(underFaults)),
      {
        name: 'Browser',
        files: browser,
        run: (results, cleanUp, label) =>
          inBrowser('playwright.config.ts', browserRuns(browser), { results, label }, cleanUp),
      },
    ],
  ];
  const checks: TestStep[][] = [
    [{ name: 'Lint, with the boundaries between the projects', run: () => nxTarget('lint') }],
    [{ name: 'Type check', run: () => nxTarget('typecheck') }],
  ];
  const chosen = tests.map((stage) => stage.filter(({ files }) => files.length > 0)).filter(({ length }) => length > 0);
  return [...(filter === null ? checks : []), ...chosen];
}
