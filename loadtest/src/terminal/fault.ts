import { StackError, Interrupted, interruption } from '@exco/local-stack';

/** Something only a person can put right: the message says what and how. */
export class Fault extends Error {
  override readonly name: string = 'Fault';
}

/** The command line does not say what to do. */
export class UsageFault extends Fault {
  override readonly name = 'UsageFault';
}

/** What is asked for cannot be done on this system, or by this user. */
export class Impossible extends Fault {
  override readonly name = 'Impossible';
}

/** Tells what a command ended with, and gives its exit code. @param usage how to say it right */
export function exitCodeOf(error: unknown, usage: string): number {
  if (error instanceof Interrupted || interruption.aborted) return 130;
  const forPeople = error instanceof Fault || error instanceof StackError;
  console.error(`\n${forPeople ? error.message : String(error instanceof Error ? error.stack : error)}`);
  if (error instanceof UsageFault) console.error(`\n${usage}`);
  return error instanceof UsageFault || error instanceof Impossible ? 2 : 1;
}
