/** npm run loadtest: reads the command line, does what it asks for, and ends in a verdict and an exit code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBatchScheduling } from '@exco/local-stack';
import { forgetSettings } from './env.ts';
import { Fault } from './terminal/fault.ts';
import { runCommand } from './terminal/run-command.ts';
import { readOptions, usage, type Options } from './plan/options.ts';
import { sayTo, type Say } from './terminal/say.ts';
import { exitCodes } from './thresholds/verdict.ts';

const api = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));

async function run(options: Options, command: string, say: Say): Promise<number> {
  const { perform, warmUp, systemFor } = await import('./run/perform.ts');
  const { printed } = await import('./report/print.ts');
  const { resultsFolder, writeResults } = await import('./report/results.ts');
  const cleanUp = new AsyncDisposableStack();
  const summary = await systemFor(options, say, cleanUp)
    .then(async (system) => {
      await warmUp(system, options, say);
      return perform(system, options, command, say);
    })
    .finally(() => cleanUp.disposeAsync());
  if (options.ceilings) {
    const { compareWithBareServer } = await import('./benchmark/bare-journey.ts');
    summary.ceiling = await compareWithBareServer(summary, options, say);
  }
  const folder = resultsFolder(options.out);
  writeResults(folder, summary);
  console.log(options.json ? JSON.stringify(summary) : printed(summary));
  say.line(`The report: ${join(folder, 'report.md')}`);
  return exitCodes[summary.verdict.outcome];
}

/** What the modes rest on is built by then, so they are loaded late. */
async function act(options: Options): Promise<number> {
  if (options.url === null && !existsSync(api))
    throw new Fault('The API is not built: npm start and npm test do that, or npx nx build api.');
  if (options.url === null && options.batchScheduling) useBatchScheduling();
  const say = sayTo(options.json ? process.stderr : process.stdout);
  const command = process.argv.slice(2).join(' ');
  switch (options.mode) {
    case 'run':
      return run(options, command, say);
    case 'control':
      return (await import('./self-test/run-self-tests.ts')).runSelfTests(options, say);
    case 'sweep':
      return (await import('./run/sweep.ts')).runSweep(options, command, say);
    case 'bench':
      return (await import('./benchmark/benchmark.ts')).runBenchmark(options, command, say);
  }
}

forgetSettings();
await runCommand(readOptions, usage, act);
