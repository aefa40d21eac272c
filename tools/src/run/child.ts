import { spawn } from 'node:child_process';
import { checkout, environmentWith } from '../env.ts';
import { interruption } from './interruption.ts';

/** Nothing here takes longer on two cores; a runner that hangs must not hang everything after it. */
const longestMinutes = 30;

/**
 * Runs a program of node_modules/.bin (bootstrap.mjs put it first in PATH), its output shown here. It is asked to end
 * when this command is. Gives its exit code.
 */
export async function runChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(command, args, {
    cwd: checkout,
    env: environmentWith(env),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const end = () => child.kill('SIGTERM');
  interruption.addEventListener('abort', end);
  const limit = setTimeout(end, longestMinutes * 60_000);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    clearTimeout(limit);
    interruption.removeEventListener('abort', end);
  }
}
