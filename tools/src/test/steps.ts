import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, startLocalStack, startSystem, type LocalStack } from '@exco/local-stack';
import { checkout } from '../env.ts';
import { jest, nxTarget, playwright } from './runners.ts';
import { apiEndToEnd, browserEndToEnd, specsMatching, unitProjects } from './projects.ts';
import { sum, type Tally } from './tally.ts';

export interface TestStep {
  name: string;
  run: (results: string, cleanUp: AsyncDisposableStack) => Promise<Tally>;
}

/** Small: what is tested is whether it is right, and the machine is shared with everything else that is tested. */
async function throwAwayStack(cleanUp: AsyncDisposableStack): Promise<LocalStack> {
  const stack = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  cleanUp.defer(() => stack.stop());
  return stack;
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

async function browserTests(files: Files, results: string, cleanUp: AsyncDisposableStack): Promise<Tally> {
  const stack = await throwAwayStack(cleanUp);
  const home = join(results, 'browser');
  mkdirSync(home);
  const { fillDatabase } = await import('../start/fill.ts');
  await fillDatabase(stack.databaseUrl, home);
  const system = await startSystem({ ...stack, logDirectory: home, env: { DOCS: 'on' } });
  cleanUp.defer(() => system.stop());
  const env = {
    EXCO_BASE_URL: system.url,
    EXCO_ADMIN_TOKEN: system.adminToken,
    EXCO_ROSTER_CSV: join(home, 'demo-roster.csv'),
    EXCO_CHROMIUM: findProgram('chromium') ?? undefined,
  };
  return playwright(join(browserEndToEnd, 'playwright.config.ts'), results, env, files);
}

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
      run: (results, cleanUp) => browserTests(filesOf(browserEndToEnd, filter), results, cleanUp),
    },
  ];
  if (filter === null) return [...checks, ...tests];
  return tests.filter(({ projects }) => specsMatching(filter, projects).length > 0);
}
