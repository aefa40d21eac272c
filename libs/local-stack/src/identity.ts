import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process for good: its number alone may belong to another one later. */
export interface Identity {
  pid: number;
  started: string;
}

function startOf(pid: number): string | null {
  try {
    if (!existsSync('/proc/self/stat'))
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
        .toString()
        .trim();
    // Field 22 of proc(5); the name in field 2 may itself hold spaces and parentheses, so count from its end.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state] = fields;
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Null when no such process runs. */
export function identify(pid: number): Identity | null {
  const started = startOf(pid);
  return started ? { pid, started } : null;
}

export function isRunning({ pid, started }: Identity): boolean {
  return startOf(pid) === started;
}

const pollMilliseconds = 50;

/** Asks with SIGTERM, and after `seconds` ends it for good. A paused process would never hear the question. */
export async function end(identity: Identity, seconds: number): Promise<void> {
  const send = (signal: NodeJS.Signals) => {
    if (isRunning(identity)) process.kill(identity.pid, signal);
  };
  send('SIGCONT');
  send('SIGTERM');
  const deadline = Date.now() + seconds * 1000;
  while (isRunning(identity)) {
    if (Date.now() > deadline) send('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}
