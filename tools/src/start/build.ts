import { join } from 'node:path';
import { logTail, runLogged, StackError, interruption } from '@exco/local-stack';
import { buildIsSkipped, checkout, environmentWith } from '../env.ts';
import { say, step } from '../run/steps.ts';

/** Nx ends with a summary that is longer than what is shown of the log; the compiler's errors stand before it. */
const summary = /^ NX {3}Running target .* failed$/m;

/**
 * Builds what has changed; Nx knows what has not, and takes two seconds to find that out. Not under `EXCO_BUILD=skip`:
 * others may be running what is built, and Nx puts every file in its place anew.
 * @param logDirectory where the compilers' output goes, as build.log
 * @throws StackError with the end of that output
 */
export async function build(logDirectory: string, projects: 'all' | 'api' = 'all'): Promise<void> {
  if (buildIsSkipped()) return;
  await step(projects === 'all' ? 'Building the API and the web app' : 'Building the API', async () => {
    const logFile = join(logDirectory, 'build.log');
    const code = await runLogged({
      command: 'nx',
      args: ['run-many', '-t', 'build', ...(projects === 'all' ? [] : ['-p', projects]), '--output-style=stream'],
      logFile,
      env: environmentWith({ NX_TUI: 'false' }),
      cwd: checkout,
      say,
      signal: interruption,
    });
    interruption.throwIfAborted();
    if (code !== 0)
      throw new StackError(
        `The build failed. Its output is in ${logFile}; the last of its errors:\n${logTail(logFile, 15, summary)}`,
      );
  });
}
