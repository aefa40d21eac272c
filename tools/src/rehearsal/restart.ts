import { exec } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Findings } from './findings.ts';
import type { Pupil } from './pupil.ts';

const run = promisify(exec);
const askEveryMilliseconds = 100;
/** After the command: a process that comes up may fail too. */
const afterMilliseconds = 5_000;

/** Restarts one process with the operator's command while a student asks on. */
export async function restartOne(command: string | null, pupil: Pupil, findings: Findings): Promise<void> {
  if (command === null) {
    findings.note('No process was restarted: give --restart with the command that restarts one API process.');
    return;
  }
  const over = new AbortController();
  let asked = 0;
  const faults: string[] = [];
  const asking = (async () => {
    while (!over.signal.aborted) {
      asked++;
      const answer = await pupil.get('/api/session').catch((error: unknown) => error as Error);
      if (answer instanceof Error) faults.push(answer.message);
      else if (answer.status !== 200) faults.push(`answered ${answer.status}`);
      await sleep(askEveryMilliseconds);
    }
  })();
  try {
    await run(command);
    await sleep(afterMilliseconds);
  } catch (error) {
    findings.wrong(`The command that restarts a process failed: ${(error as Error).message}`, 'Try it by hand.');
  } finally {
    over.abort();
    await asking;
  }
  findings.judge(
    faults.length === 0,
    `One process was restarted: all of ${asked} requests were answered.`,
    `While one process was restarted ${faults.length} of ${asked} requests failed: ${[...new Set(faults)].join('; ')}.`,
    'A second API process must be there, the proxy must ask /health/ready, and SHUTDOWN_WAIT_SECONDS must be as long as it needs to notice.',
  );
}
