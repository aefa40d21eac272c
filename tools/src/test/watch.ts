import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { installMissing, StackError, startLocalStack } from '@exco/local-stack';
import { checkout, environmentWith, ownLogs } from '../env.ts';
import { say } from '../run/steps.ts';
import { build } from '../start/build.ts';
import { specsMatching, unitProjects } from './projects.ts';
import { withModules } from './runners.ts';

/** Runs the matching unit tests of one project with jest's own watch mode, against a database and a Redis of their own. */
export async function watch(pattern: string, cleanUp: AsyncDisposableStack): Promise<number> {
  const projects = unitProjects().filter((project) => specsMatching(pattern, [project]).length > 0);
  const [project, ...others] = projects;
  if (project === undefined) throw new StackError(`No unit test file matches "${pattern}".`);
  if (others.length > 0)
    throw new StackError(
      `"${pattern}" matches tests of ${projects.join(', ')}. jest watches one project: name it too, as in ${project}.*${pattern}`,
    );
  await installMissing(['database', 'redis'], say, ownLogs);
  await build(ownLogs, 'api');
  const stack = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  cleanUp.defer(() => stack.stop());
  const child = spawn(
    'jest',
    ['-c', join(project, 'jest.config.mjs'), '--watch', ...specsMatching(pattern, [project])],
    {
      cwd: checkout,
      stdio: 'inherit',
      env: environmentWith({
        ...withModules,
        TEST_DATABASE_URL: stack.databaseUrl,
        TEST_REDIS_URL: stack.redisUrl,
      }),
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 0;
}
