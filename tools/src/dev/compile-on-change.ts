import { spawn } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout, environmentWith } from '../env.ts';

/** The API's references make tsc compile the libraries too; the web app's own library is not among them. */
const projects = ['apps/api/tsconfig.build.json', 'libs/page-rules/tsconfig.build.json'];

/** When tsc last wrote anything of these projects, milliseconds since 1970. */
function lastWritten(): number {
  const records = globSync(['apps/api/dist/.tsbuildinfo', 'libs/*/dist/.tsbuildinfo'], { cwd: checkout });
  return Math.max(0, ...records.map((record) => statSync(join(checkout, record)).mtimeMs));
}

/**
 * Compiles what changes. `compiled` is called after each compilation without errors that wrote something; the first one
 * usually finds everything as the build before left it. Gives what ends it.
 */
export function compileOnChange(compiled: () => void, say: (line: string) => void): () => void {
  let known = lastWritten();
  const child = spawn('tsc', ['-b', ...projects, '--watch', '--preserveWatchOutput'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentWith({}),
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/error TS/.test(line)) say(line);
    if (!/Found (\d+) errors?/.test(line)) return;
    if (!line.includes('Found 0 errors')) {
      say('The processes go on with the code from before.');
      return;
    }
    const written = lastWritten();
    if (written > known) compiled();
    known = written;
  });
  return () => void child.kill();
}
