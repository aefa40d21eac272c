import { join } from 'node:path';
import { runChild } from '../run/child.ts';
import { none, oneFailure, readTally, type Tally } from './tally.ts';

export const withModules: NodeJS.ProcessEnv = {
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
};

/** A check that has no tests to count: it adds a failure or nothing. */
export async function nxTarget(target: string): Promise<Tally> {
  const code = await runChild('nx', ['run-many', '-t', target, '--parallel=2', '--output-style=stream'], {
    NX_TUI: 'false',
  });
  return code === 0 ? none : oneFailure;
}

/** Directly rather than through Nx, whose cache would answer with an earlier count. */
export async function jest(
  project: string,
  results: string,
  env: NodeJS.ProcessEnv,
  files: readonly string[] = [],
): Promise<Tally> {
  const file = join(results, `${project.replaceAll('/', '-')}.json`);
  // A client that a test has left open and that tries to connect for ever must not keep the whole run from ending.
  const args = ['-c', join(project, 'jest.config.mjs'), '--forceExit', '--json', '--outputFile', file, ...files];
  return readTally(file, await runChild('jest', args, { ...withModules, ...env }));
}

export async function playwright(
  config: string,
  results: string,
  env: NodeJS.ProcessEnv,
  files: readonly string[] = [],
): Promise<Tally> {
  const file = join(results, 'playwright.json');
  const code = await runChild('playwright', ['test', '-c', config, '--reporter=list,json', ...files], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  return readTally(file, code);
}
