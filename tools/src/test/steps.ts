import { globSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, startLocalStack, startSystem, type LocalStack } from '@exco/local-stack';
import { checkout } from '../env.ts';
import { jest, nxTarget, playwright } from './runners.ts';
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

/** Every project with a jest configuration, but for the e2e suites, which have steps of their own. */
function unitProjects(): string[] {
  const configs = globSync(['{apps,libs}/*/jest.config.mjs', '{tools,loadtest}/jest.config.mjs'], { cwd: checkout });
  return configs
    .map(dirname)
    .filter((project) => !project.endsWith('-e2e'))
    .sort();
}

async function unitTests(results: string, cleanUp: AsyncDisposableStack): Promise<Tally> {
  const stack = await throwAwayStack(cleanUp);
  const env = { TEST_DATABASE_URL: stack.databaseUrl, TEST_REDIS_URL: stack.redisUrl };
  const tallies: Tally[] = [];
  for (const project of unitProjects()) tallies.push(await jest(project, results, env));
  return sum(tallies);
}

async function browserTests(results: string, cleanUp: AsyncDisposableStack): Promise<Tally> {
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
  return playwright('apps/web-e2e/playwright.config.ts', results, env);
}

export const testSteps: TestStep[] = [
  { name: 'Lint, with the boundaries between the projects', run: () => nxTarget('lint') },
  { name: 'Type check', run: () => nxTarget('typecheck') },
  { name: 'Unit tests', run: unitTests },
  { name: 'API, end to end', run: (results) => jest('apps/api-e2e', results, {}) },
  { name: 'Browser, end to end', run: browserTests },
];
