import { join } from 'node:path';
import { checkout } from '../env.ts';
import { inBrowser, throwAwayStack } from './in-browser.ts';
import { jest, nxTarget } from './runners.ts';
import { apiEndToEnd, browserEndToEnd, specsMatching, unitProjects } from './projects.ts';
import { sum, type Tally } from './tally.ts';

export interface TestStep {
  name: string;
  run: (results: string, cleanUp: AsyncDisposableStack) => Promise<Tally>;
}

/** The files of a project to run: all where there is no filter, else those that match, by their absolute paths. */
type Files = readonly string[];

async function unitTests(filter: string | null, results: string, cleanUp: AsyncDisposableStack): Promise<Tally> {
  const stack = await throwAwayStack(cleanUp);
  const env = { TEST_DATABASE_URL: stack.databaseUrl, TEST_REDIS_URL: stack.redisUrl };
  const tallies: Tally[] = [];
  for (const project of unitProjects()) {
    const files = filesOf(project, filter);
    if (filter === null || files.length > 0) tallies.push(await jest(project, results, env, files));
  }
  return sum(tallies);
}

const filesOf = (project: string, filter: string | null): Files =>
  filter === null ? [] : specsMatching(filter, [project]).map((file) => join(checkout, file));

const checks: TestStep[] = [
  { name: 'Lint, with the boundaries between the projects', run: () => nxTarget('lint') },
  { name: 'Type check', run: () => nxTarget('typecheck') },
];

/** Everything, or with a filter the steps that have a matching test file. */
export function stepsFor(filter: string | null): TestStep[] {
  const tests: (TestStep & { projects: string[] })[] = [
    { name: 'Unit tests', projects: unitProjects(), run: (results, cleanUp) => unitTests(filter, results, cleanUp) },
    {
      name: 'API, end to end',
      projects: [apiEndToEnd],
      run: (results) => jest(apiEndToEnd, results, {}, filesOf(apiEndToEnd, filter)),
    },
    {
      name: 'Browser, end to end',
      projects: [browserEndToEnd],
      run: (results, cleanUp) => inBrowser('playwright.config.ts', filesOf(browserEndToEnd, filter), results, cleanUp),
    },
  ];
  if (filter === null) return [...checks, ...tests];
  return tests.filter(({ projects }) => specsMatching(filter, projects).length > 0);
}
