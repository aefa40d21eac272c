import type { OwnProcess } from '@exco/local-stack';

type Restarted = Pick<OwnProcess, 'name' | 'start' | 'stop' | 'onUnexpectedExit'>;

/** Starts processes again when it is asked to, one round at a time; what is asked meanwhile makes one further round. */
export class RestartOnBuild {
  private readonly processes: readonly Restarted[];
  private readonly say: (line: string) => void;
  private round: Promise<void> | null = null;
  private isAskedAgain = false;
  private isStopped = false;

  constructor(processes: readonly Restarted[], say: (line: string) => void) {
    this.processes = processes;
    this.say = say;
    for (const process of processes)
      process.onUnexpectedExit((how) => say(`${process.name} has ended (${how}); the next change starts it again.`));
  }

  request(): void {
    if (this.isStopped) return;
    if (this.round) this.isAskedAgain = true;
    else this.round = this.restart();
  }

  /** No round begins any more; resolves when the last one has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.round;
  }

  private async restart(): Promise<void> {
    do await this.restartOnce();
    while (this.wantsAnother());
    this.round = null;
  }

  private wantsAnother(): boolean {
    return this.isAskedAgain && !this.isStopped;
  }

  private async restartOnce(): Promise<void> {
    this.isAskedAgain = false;
    await Promise.all(this.processes.map((process) => process.stop()));
    const started = await Promise.allSettled(this.processes.map((process) => process.start()));
    const faults = started.filter((result) => result.status === 'rejected');
    for (const { reason } of faults) this.say(String(reason instanceof Error ? reason.message : reason));
    if (faults.length === 0) this.say('Compiled; the API and the worker run the new code.');
  }
}
