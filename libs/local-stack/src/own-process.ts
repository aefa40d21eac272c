import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { StackError, touching } from './stack-error.ts';

export interface Recipe {
  /** As it stands in messages: "the database". */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Where its output goes; null for this terminal. */
  logFile: string | null;
  /** Resolves once it serves. A child that dies first, or takes too long, is reported without it. */
  untilReady: (child: ChildProcess, died: AbortSignal) => Promise<void>;
  readySeconds: number;
  stopSeconds: number;
  /** What to try when it does not come up. */
  advice: string;
  /** A Node process of ours, which sends messages. */
  talks?: boolean;
  onSpawn?: (pid: number) => void;
}

const longestLog = 5_000_000;
const tailLines = 15;

/**
 * On Linux the kernel itself ends a child whose parent was killed. `setpriv` of util-linux sets that and becomes the
 * command, so the process number stays the command's own.
 */
let canDieWithParent: boolean | undefined;
function withParent(command: string, args: readonly string[]): [string, string[]] {
  canDieWithParent ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return canDieWithParent ? ['setpriv', ['--pdeathsig', 'TERM', '--', command, ...args]] : [command, [...args]];
}

const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => child.kill('SIGTERM')));

/** One child process: started until it serves, stopped cleanly, and for tests killed, paused and resumed. */
export class OwnProcess {
  readonly name: string;
  private readonly recipe: Recipe;
  private child: ChildProcess | null = null;
  private expectsExit = false;
  private howItEnded: string | null = null;
  private logFrom = 0;
  private readonly listeners = new Set<(how: string) => void>();

  constructor(recipe: Recipe) {
    this.recipe = recipe;
    this.name = recipe.name;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  get running(): boolean {
    return this.child !== null;
  }

  /** Of the last time that it ran: `exit code 0`, or the signal that ended it; null while it has not ended yet. */
  get lastEnd(): string | null {
    return this.howItEnded;
  }

  /** Called when it ends without having been told to. */
  onUnexpectedExit(listener: (how: string) => void): void {
    this.listeners.add(listener);
  }

  /** Resolves when it serves; does nothing when it runs already. @throws StackError with the end of its log */
  async start(): Promise<void> {
    if (this.child) return;
    const child = await touching(this.recipe.logFile ?? this.recipe.command, () => this.spawn());
    const died = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(this.failure(`could not be started: ${error.message}`)));
      child.once('exit', (code, signal) => reject(this.failure(`ended with ${signal ?? `exit code ${code}`}`)));
      died.signal.addEventListener('abort', () =>
        reject(this.failure(`was not ready within ${this.recipe.readySeconds} s`)),
      );
    });
    const timer = setTimeout(() => died.abort(), this.recipe.readySeconds * 1000);
    this.expectsExit = true;
    try {
      await Promise.race([this.recipe.untilReady(child, died.signal), failed]);
      this.expectsExit = false;
    } catch (error) {
      await this.kill();
      throw error;
    } finally {
      failed.catch(() => undefined);
      clearTimeout(timer);
      died.abort();
    }
  }

  /** SIGTERM, and SIGKILL when that is not heeded in time. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.expectsExit = true;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.recipe.stopSeconds * 1000);
    await gone;
    clearTimeout(timer);
  }

  /** SIGKILL: as in a power cut. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.expectsExit = true;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** What it wrote since it was last started, as far as a person wants to read. */
  logTail(): string {
    const { logFile } = this.recipe;
    if (!logFile) return '';
    try {
      return readFileSync(logFile).subarray(this.logFrom).toString().trim().split('\n').slice(-tailLines).join('\n');
    } catch {
      return '';
    }
  }

  private spawn(): ChildProcess {
    const { command, args, env, logFile, talks } = this.recipe;
    const log = logFile === null ? null : this.openLog(logFile);
    const output = log ?? 'inherit';
    const child = spawn(...withParent(command, args), {
      // A process group of its own: the terminal's Ctrl-C must not reach it before the API has drained.
      detached: true,
      stdio: ['ignore', output, output, ...(talks ? (['ipc'] as const) : [])],
      ...(env ? { env } : {}),
    });
    if (log !== null) closeSync(log);
    this.child = child;
    alive.add(child);
    child.once('exit', (code, signal) => this.ended(child, signal ?? `exit code ${code}`));
    child.once('error', () => this.ended(child, 'an error at its start'));
    if (child.pid !== undefined) this.recipe.onSpawn?.(child.pid);
    return child;
  }

  private ended(child: ChildProcess, how: string): void {
    alive.delete(child);
    if (this.child !== child) return;
    this.child = null;
    this.howItEnded = how;
    if (!this.expectsExit) for (const listener of this.listeners) listener(how);
  }

  private openLog(file: string): number {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.logFrom = size > longestLog ? 0 : size;
    return openSync(file, size > longestLog ? 'w' : 'a', 0o600);
  }

  private failure(what: string): StackError {
    const tail = this.logTail();
    const { name, logFile, advice } = this.recipe;
    const told = tail ? `\nThe end of ${logFile}:\n${tail.replace(/^/gm, '  | ')}` : '';
    return new StackError(`${name.replace(/^./, (letter) => letter.toUpperCase())} ${what}.${told}\n${advice}`);
  }
}
