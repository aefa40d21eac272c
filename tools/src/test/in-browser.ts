import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, startLocalStack, startSystem, type LocalStack } from '@exco/local-stack';
import { browserEndToEnd } from './projects.ts';
import { playwright, type TestRun } from './runners.ts';
import type { Tally } from './tally.ts';

/** Small: what is tested is whether it is right, and the machine is shared with everything else that is tested. */
export async function throwAwayStack(cleanUp: AsyncDisposableStack): Promise<LocalStack> {
  const stack = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  cleanUp.defer(() => stack.stop());
  return stack;
}

/**
 * Runs tests against a whole system with the demo roster.
 * @param files of the configuration; all of them where there is none
 */
export async function inBrowser(
  config: string,
  files: readonly string[],
  { results, label }: Pick<TestRun, 'results' | 'label'>,
  cleanUp: AsyncDisposableStack,
): Promise<Tally> {
  const stack = await throwAwayStack(cleanUp);
  const home = join(results, 'browser');
  mkdirSync(home);
  // Not before the build: it loads what is built.
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
  return playwright(join(browserEndToEnd, config), { results, env, files, label });
}
