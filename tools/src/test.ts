import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Installable, installMissing, StackError, interruption } from '@exco/local-stack';
import { checkout, forgetSettings, ownLogs, takesPictures } from './env.ts';
import { runCommand } from './run/command.ts';
import { say, seconds } from './run/steps.ts';
import { build } from './start/build.ts';
import { oneFailure, sum, type Tally } from './test/tally.ts';
import { readTestOptions, usage, type TestOptions } from './test/options.ts';
import { specsMatching } from './test/projects.ts';
import { stagesFor, type TestStep } from './test/steps.ts';
import { watch } from './test/watch.ts';

interface Outcome {
  name: string;
  tally: Tally;
  milliseconds: number;
}

/** A step that breaks off is one failure, and the others run all the same. */
async function runStep({ name, run }: TestStep, label?: string): Promise<Outcome> {
  const from = performance.now();
  const cleanUp = new AsyncDisposableStack();
  const results = mkdtempSync(join(tmpdir(), 'exco-test-'));
  cleanUp.defer(() => rmSync(results, { recursive: true, force: true }));
  const tally = await run(results, cleanUp, label)
    .catch((error: unknown) => {
      console.error(error instanceof StackError ? error.message : error);
      return oneFailure;
    })
    .finally(() => cleanUp.disposeAsync());
  return { name, tally, milliseconds: performance.now() - from };
}

async function runLane(steps: readonly TestStep[], isAlone: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    if (interruption.aborted) break;
    outcomes.push(await runStep(step, isAlone ? undefined : step.name.padEnd(16)));
  }
  return outcomes;
}

/** The lanes of a stage run side by side, and each line says which step it is of. */
async function runStage(lanes: readonly (readonly TestStep[])[]): Promise<Outcome[]> {
  interruption.throwIfAborted();
  const title = lanes.map((steps) => steps.map(({ name }) => name).join(' → ')).join(' ∥ ');
  console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`);
  const outcomes = await Promise.all(lanes.map((steps) => runLane(steps, lanes.length === 1)));
  interruption.throwIfAborted();
  return outcomes.flat();
}

async function prepare(): Promise<boolean> {
  try {
    const pictures: Installable[] = takesPictures() ? ['chinese font'] : [];
    await installMissing(['database', 'redis', 'chromium', 'promtool', 'systemd-analyze', ...pictures], say, ownLogs);
    await build(ownLogs);
    return true;
  } catch (error) {
    interruption.throwIfAborted();
    console.error(`\n${error instanceof StackError ? error.message : String(error)}`);
    return false;
  }
}

function describe({ passed, failed, skipped }: Tally): string {
  if (passed + failed + skipped === 0) return 'in order';
  return [`${passed} passed`, ...(failed ? [`${failed} FAILED`] : []), ...(skipped ? [`${skipped} skipped`] : [])].join(
    ', ',
  );
}

async function runAll({ filter }: TestOptions): Promise<number> {
  const outcomes: Outcome[] = [];
  const ready = await prepare();
  if (ready) for (const stage of stagesFor(filter)) outcomes.push(...(await runStage(stage)));

  console.log();
  for (const { name, tally, milliseconds } of outcomes)
    say(`${name.padEnd(50)} ${seconds(milliseconds).padStart(7)}   ${describe(tally)}`);
  const total = sum([...outcomes.map(({ tally }) => tally), ...(ready ? [] : [oneFailure])]);
  for (const failure of total.failures) console.log(`\n✗ ${failure.replace(`${checkout}/`, '')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

await runCommand(async (cleanUp) => {
  const options = readTestOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  forgetSettings();
  if (options.filter !== null && specsMatching(options.filter).length === 0)
    throw new StackError(`No test file matches "${options.filter}".`);
  return options.watch === null ? runAll(options) : watch(options.watch, cleanUp);
});
