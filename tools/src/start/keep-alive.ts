import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnProcess } from '@exco/local-stack';
import { interruption } from '@exco/local-stack';
import { seconds } from '../run/steps.ts';

type Watched = Pick<OwnProcess, 'name' | 'start' | 'onUnexpectedExit'>;

const firstPause = 500;
const longestPause = 30_000;
/** After running for so long the next end counts as the first again. */
const steady = 60_000;

/** A process that ends by itself is started again, each time after a longer pause: nothing that matters lives in one. */
export function keepAlive(process: Watched, say: (line: string) => void = console.error): void {
  let pause = firstPause;
  let lastStart = Date.now();

  const restart = async (how: string) => {
    if (Date.now() - lastStart > steady) pause = firstPause;
    let reason = how;
    while (!interruption.aborted) {
      say(`  ${process.name} has ended (${reason}); starting it again in ${seconds(pause)}`);
      try {
        await sleep(pause, undefined, { signal: interruption });
      } catch {
        return;
      }
      pause = Math.min(2 * pause, longestPause);
      try {
        await process.start();
        lastStart = Date.now();
        say(`  ${process.name} is back`);
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  };
  process.onUnexpectedExit((how) => void restart(how));
}
