/** npm run resilience: breaks one part after the other while students come, and says what became of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgetSettings } from './env.ts';
import { describeMachine } from './report/machine.ts';
import { resultsFolder } from './report/results.ts';
import type { Outcome } from './resilience/outcome.ts';
import { readOptions, usage, type Options } from './resilience/options.ts';
import { documentOf, gather, notesOf, readGathered, tableOf, writeGathered } from './resilience/report.ts';
import { UsageFault } from './terminal/fault.ts';
import { runCommand } from './terminal/run-command.ts';
import { sayTo } from './terminal/say.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  try {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim();
    return `${version} (${commit})`;
  } catch {
    return version;
  }
}

/** What the experiments rest on is built by then, so they are loaded late. */
async function act(options: Options): Promise<number> {
  const { experiments } = await import('./resilience/experiments.ts');
  const { carryOut } = await import('./resilience/carry-out.ts');
  const chosen = experiments.filter(({ name }) => options.only?.test(name) ?? true);
  if (chosen.length === 0) throw new UsageFault('no experiment has such a name: --list names them');
  if (options.list) {
    for (const { name } of chosen) console.log(name);
    return 0;
  }
  const say = sayTo(options.json ? process.stderr : process.stdout);
  const machine = describeMachine();
  const { studentsPerSecond } = options;
  const file = options.gather ?? join(resultsFolder(null), 'resilience.json');
  const earlier = options.gather === null ? [] : readGathered(options.gather);
  const names = experiments.map(({ name }) => name);
  const outcomes: Outcome[] = [];
  const gathered = () => ({ studentsPerSecond, machine, outcomes: gather(earlier, outcomes, names) });
  for await (const outcome of carryOut(chosen, { studentsPerSecond, version: versionOf() }, say)) {
    outcomes.push(outcome);
    // Each time: a run that is broken off has not been for nothing.
    writeGathered(file, gathered());
  }
  console.log(options.json ? JSON.stringify(outcomes) : `\n${tableOf(outcomes)}\n\n${notesOf(outcomes)}\n\n${file}`);
  if (options.document) writeFileSync(join(checkout, 'docs/resilience.md'), documentOf(gathered()));
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

forgetSettings();
await runCommand(readOptions, usage, act);
