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

interface StepOfFiles extends TestStep {
  files: readonly string[];
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

/** Browser tests that wait most of the time: for a player that tries again, or for a picture that moves on. */
const ofAStream = (file: string) => /\/(stream-failures|player)\./.test(file);

/**
 * What runs one after the other: stages of lanes side by side, a lane being steps one after the other. Tests that keep the
 * processor busy are beside tests that wait, and what is measured is alone. With a filter only the steps that have a
 * matching test file.
 */
export function stagesFor(filter: string | null): TestStep[][][] {
  const matching = (projects: string[]) => specsMatching(filter ?? '', projects).map((file) => join(checkout, file));
  const [unit, api, browser] = [matching(unitProjects()), matching([apiEndToEnd]), matching([browserEndToEnd])];
  const unitStep: StepOfFiles = {
    name: 'Unit',
    files: unit,
    run: (results, cleanUp, label) => unitTests(unit, { results, label }, cleanUp),
  };
  const apiStep = (name: string, files: readonly string[]): StepOfFiles => ({
    name,
    files,
    run: (results, _, label) => jest(apiEndToEnd, { results, env: {}, files, label }),
  });
  const browserStep = (name: string, files: readonly string[]): StepOfFiles => ({
    name,
    files,
    run: (results, cleanUp, label) => inBrowser('playwright.config.ts', files, { results, label }, cleanUp),
  });
  const apiTests = apiStep(
    'API',
    api.filter((file) => !underFaults(file)),
  );
  const faultTests = apiStep('API under faults', api.filter(underFaults));
  const browserTests = browserStep(
    'Browser',
    browser.filter((file) => !isMeasured(file) && !ofAStream(file)),
  );
  const streamTests = browserStep('Browser, streams', browser.filter(ofAStream));
  const measuredTests = browserStep('Browser, measured', browser.filter(isMeasured));
  const tests = [[[unitStep, browserTests], [apiTests, faultTests], [streamTests]], [[measuredTests]]];
  const checks: TestStep[][][] = [
    [[{ name: 'Lint, with the boundaries between the projects', run: () => nxTarget('lint') }]],
    [[{ name: 'Type check', run: () => nxTarget('typecheck') }]],
  ];
  const chosen = tests
    .map((lanes) => lanes.map((steps) => steps.filter(({ files }) => files.length > 0)).filter(isSomething))
    .filter(isSomething);
  return [...(filter === null ? checks : []), ...chosen];
}

const isSomething = ({ length }: readonly unknown[]) => length > 0;
