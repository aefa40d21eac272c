import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { touching } from './stack-error.ts';

export interface LoggedCommand {
  command: string;
  args: readonly string[];
  /** Replaced at each run. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Is told every ten seconds that the command still runs, and what it printed last. */
  say: (line: string) => void;
  /** Ends the command when it is aborted. */
  signal?: AbortSignal;
}

const aliveEveryMilliseconds = 10_000;
const longestLine = 90;

/** Without the colours and the cursor movements that a terminal would have taken. */
const plain = (text: string) => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');

/**
 * The end of a log as it is shown to a person, each line marked.
 * @param before only what stands before the first match
 */
export function logTail(logFile: string, lines = 15, before?: RegExp): string {
  try {
    const whole = plain(readFileSync(logFile, 'utf8'));
    const end = before === undefined ? -1 : whole.search(before);
    const written = (end === -1 ? whole : whole.slice(0, end)).trim().split('\n');
    return written.slice(-lines).join('\n').replace(/^/gm, '  | ');
  } catch {
    return '';
  }
}

/** Runs a command with all of its output in a file. Gives its exit code, or null when it could not be run or was ended. */
export async function runLogged({
  command,
  args,
  logFile,
  env,
  cwd,
  say,
  signal,
}: LoggedCommand): Promise<number | null> {
  const log = await touching(logFile, () => {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    return openSync(logFile, 'w', 0o600);
  });
  const from = Date.now();
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    ...(env ? { env } : {}),
    ...(cwd === undefined ? {} : { cwd }),
  });
  closeSync(log);
  const alive = setInterval(() => {
    const last = logTail(logFile, 1).slice(4);
    say(`  … ${Math.round((Date.now() - from) / 1000)} s   ${last.slice(0, longestLine)}`);
  }, aliveEveryMilliseconds);
  const end = () => child.kill('SIGTERM');
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  try {
    return await new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('exit', resolve);
    });
  } finally {
    clearInterval(alive);
    signal?.removeEventListener('abort', end);
  }
}
