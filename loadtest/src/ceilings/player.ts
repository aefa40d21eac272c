import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Acts, Answer, Question } from './perform.ts';

/** A bare server or a client of the bench, in a process of its own: neither may take the other's turn on a core. */
export class Player<A extends Acts> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly name: string;
  private sequence = 0;
  private gone = false;

  /**
   * @param script a file of `players/` that ends in a call of `perform`
   * @param signal kills it, so that whoever waits for an answer gets on with putting things away
   */
  constructor(script: string, signal: AbortSignal, execArgv: string[] = []) {
    this.name = script;
    this.child = fork(fileURLToPath(new URL(`players/${script}.ts`, import.meta.url)), {
      // Typed arrays and maps cross as they are.
      serialization: 'advanced',
      signal,
      killSignal: 'SIGKILL',
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child.on('message', (message) => this.answered(message as Answer));
    this.child.once('exit', (code, signal) => this.ended(signal ?? `exit code ${code}`));
    this.child.once('error', (error) => this.ended(error.message));
  }

  /** @throws Error when it was not started */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.child.pid;
  }

  /** Rejects with what the act threw, and when the process ends before it answers. */
  async call<N extends keyof A & string>(act: N, argument: Parameters<A[N]>[0]): Promise<Awaited<ReturnType<A[N]>>> {
    if (this.gone) throw new Error(`${this.name} has ended`);
    const id = ++this.sequence;
    const answer = Promise.withResolvers<unknown>();
    this.waiting.set(id, answer);
    this.child.send({ id, act, argument } satisfies Question);
    return (await answer.promise) as Awaited<ReturnType<A[N]>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.gone) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  private answered({ id, result, fault }: Answer): void {
    const answer = this.waiting.get(id);
    this.waiting.delete(id);
    if (fault === undefined) answer?.resolve(result);
    else answer?.reject(new Error(`${this.name}: ${fault}`));
  }

  private ended(how: string): void {
    this.gone = true;
    for (const answer of this.waiting.values()) answer.reject(new Error(`${this.name} ended with ${how}`));
    this.waiting.clear();
  }
}
