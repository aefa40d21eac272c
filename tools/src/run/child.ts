import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { checkout, environmentWith } from '../env.ts';
import { interruption } from '@exco/local-stack';

/** Nothing here takes longer on two cores; a runner that hangs must not hang everything after it. */
const longestMinutes = 30;

/**
 * Runs a program of node_modules/.bin (bootstrap.mjs put it first in PATH). It is asked to end when this command is.
 * Gives its exit code.
 * @param label stands before each line of its output, for a program that runs beside others; without it, the output is
 * shown as it comes
 */
export async function runChild(
  command: string,
  args: readonly string[],
  { env = {}, label }: { env?: NodeJS.ProcessEnv; label?: string | undefined } = {},
): Promise<number> {
  const output = label === undefined ? 'inherit' : 'pipe';
  const child = spawn(command, args, {
    cwd: checkout,
    env: environmentWith(env),
    stdio: ['ignore', output, output],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface(stream).on('line', (line) => console.log(`${label} │ ${line}`));
  const end = () => child.kill('SIGTERM');
  interruption.addEventListener('abort', end);
  const limit = setTimeout(end, longestMinutes * 60_000);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once(label === undefined ? 'exit' : 'close', (code: number | null) => resolve(code ?? 1));
    });
  } finally {
    clearTimeout(limit);
    interruption.removeEventListener('abort', end);
  }
}
