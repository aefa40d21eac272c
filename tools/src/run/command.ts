import { StackError, Interrupted, interruption, listenForInterruption } from '@exco/local-stack';

/**
 * Runs a command to its exit code. What it took hold of and deferred to `cleanUp` is let go of in reverse order, however
 * it ends. A fault that a person can put right is one message, without a stack.
 */
export async function runCommand(act: (cleanUp: AsyncDisposableStack) => Promise<number>): Promise<void> {
  listenForInterruption();
  const cleanUp = new AsyncDisposableStack();
  process.exitCode = await act(cleanUp).catch(report);
  await cleanUp.disposeAsync().catch((error: unknown) => (process.exitCode = report(error)));
  // Whatever still keeps the event loop alive is not needed any more.
  process.exit();
}

function report(error: unknown): number {
  // Asked to end while something was under way: that it broke off is no fault.
  if (error instanceof Interrupted || interruption.aborted) return 130;
  console.error(
    `\n${error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error)}`,
  );
  return 1;
}
