import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../run/child.ts';
import { none, oneFailure, readTally, type Tally } from './tally.ts';

export const withModules: NodeJS.ProcessEnv = {
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
};

/** A check that has no tests to count: it adds a failure or nothing. */
export async function nxTarget(target: string): Promise<Tally> {
  const code = await runChild('nx', ['run-many', '-t', target, '--parallel=2', '--output-style=stream'], {
    env: { NX_TUI: 'false' },
  });
  return code === 0 ? none : oneFailure;
}

/** How the tests of one project are run. */
export interface TestRun {
  /** Where reports go: a folder of this step alone. */
  results: string;
  env: NodeJS.ProcessEnv;
  /** Absolute paths; all of the project where it is empty. */
  files: readonly string[];
  /** Stands before each line that is printed, where steps run side by side. */
  label?: string | undefined;
}

/** Directly rather than through Nx, whose cache would answer with an earlier count. */
export async function jest(project: string, { results, env, files, label }: TestRun): Promise<Tally> {
  const file = join(results, `${project.replaceAll('/', '-')}.json`);
  // A client that a test has left open and that tries to connect for ever must not keep the whole run from ending.
  const args = ['-c', join(project, 'jest.config.mjs'), '--forceExit', '--json', '--outputFile', file, ...files];
  return readTally(file, await runChild('jest', args, { env: { ...withModules, ...env }, label }));
}

export async function playwright(config: string, { results, env, files, label }: TestRun): Promise<Tally> {
  const file = join(results, 'playwright.json');
  // Emptied at its start: what runs beside it has a folder of its own.
  const pictures = join(tmpdir(), 'exco-web-e2e', (label ?? 'alone').trim().replaceAll(/\W+/g, '-'));
  const args = ['test', '-c', config, '--output', pictures, '--reporter=list,json', ...files];
  const code = await runChild('playwright', args, {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    label,
  });
  return readTally(file, code);
}
