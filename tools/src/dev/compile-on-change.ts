import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { checkout, environmentWith } from '../env.ts';

/** The API's references make tsc compile the libraries too; the web app's own library is not among them. */
const projects = ['apps/api/tsconfig.build.json', 'libs/page-rules/tsconfig.build.json'];

/**
 * Compiles what changes. `compiled` is called after each compilation without errors but the first, which finds
 * everything as the build before left it. Gives what ends it.
 */
export function compileOnChange(compiled: () => void, say: (line: string) => void): () => void {
  const child = spawn('tsc', ['-b', ...projects, '--watch', '--preserveWatchOutput'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentWith({}),
  });
  let isFirst = true;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/error TS/.test(line)) say(line);
    if (!/Found (\d+) errors?/.test(line)) return;
    const hasErrors = !line.includes('Found 0 errors');
    if (hasErrors) say('The processes go on with the code from before.');
    else if (!isFirst) compiled();
    isFirst = false;
  });
  return () => void child.kill();
}
