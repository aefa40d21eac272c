import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Calls, Question } from './serve.ts';

export interface ChildOptions {
  /** Kills the process, so that whoever waits for an answer gets on with its clean-up. */
  signal?: AbortSignal;
  execArgv?: string[];
  /**
   * On a machine that the system under test keeps busy, arrivals must follow the clock all the same. Where a higher
   * priority is not allowed the process takes its turn, and its own lag says whether it kept up.
   */
  preferred?: boolean;
}

/** A child process that ends in a call of `serve`, with typed calls. The one process protocol of the load test. */
export class ServingProcess<C extends Calls> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly name: string;
  private sequence = 0;
  private gone: string | null = null;

  /** @param program address of its file */
  constructor(program: URL, { signal, execArgv = [], preferred = false }: ChildOptions = {}) {
    this.name = basename(program.pathname, '.ts');
    this.child = fork(fileURLToPath(program), {
      // Typed arrays and maps cross as they are.
      serialization: 'advanced',
      ...(signal ? { signal, killSignal: 'SIGKILL' as const } : {}),
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    if (preferred) this.prefer();
    this.child.on('message', (message) => this.answered(message as Answer));
    this.child.once('exit', (code, by) => this.ended(by ?? `exit code ${code}`));
    this.child.once('error', (error) => this.ended(error.message));
  }

  /** @throws Error when it was not started */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.child.pid;
  }

  /** Rejects with what the call threw, and when the process ends before it answers. */
  async call<N extends keyof C & string>(call: N, argument: Parameters<C[N]>[0]): Promise<Awaited<ReturnType<C[N]>>> {
    if (this.gone !== null) throw new Error(`${this.name} ended with ${this.gone}`);
    const id = ++this.sequence;
    const answer = Promise.withResolvers<unknown>();
    this.waiting.set(id, answer);
    this.child.send({ id, call, argument } satisfies Question);
    return (await answer.promise) as Awaited<ReturnType<C[N]>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.gone !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  private prefer(): void {
    try {
      setPriority(this.pid, constants.priority.PRIORITY_HIGH);
    } catch {
      // Only an administrator may.
    }
  }

  private answered({ id, result, fault }: Answer): void {
    const answer = this.waiting.get(id);
    this.waiting.delete(id);
    if (fault === undefined) answer?.resolve(result);
    else answer?.reject(new Error(`${this.name}: ${fault}`));
  }

  private ended(how: string): void {
    this.gone = how;
    for (const answer of this.waiting.values()) answer.reject(new Error(`${this.name} ended with ${how}`));
    this.waiting.clear();
  }
}
