import { listenForInterruption } from '@exco/local-stack';
import { exitCodeOf } from './fault.ts';

/**
 * A command from its options to its exit code.
 * @param readOptions of the command line; null when only the usage is wanted
 */
export async function runCommand<Options>(
  readOptions: (args: string[]) => Options | null,
  usage: string,
  act: (options: Options) => Promise<number>,
): Promise<void> {
  listenForInterruption();
  process.exitCode = await outcomeOf(readOptions, usage, act);
  // Everything is put away; a handle that a library forgot must not keep a finished run from ending.
  process.exit();
}

async function outcomeOf<Options>(
  readOptions: (args: string[]) => Options | null,
  usage: string,
  act: (options: Options) => Promise<number>,
): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options) return await act(options);
    console.log(usage);
    return 0;
  } catch (error) {
    return exitCodeOf(error, usage);
  }
}
