/** npm run resilience: breaks one part after the other while students come, and says what became of them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRootOnLinux } from '@exco/local-stack';
import { forgetSettings } from './env.ts';
import { describeMachine } from './report/machine.ts';
import { resultsFolder } from './report/results.ts';
import type { Kind } from './resilience/carry-out.ts';
import type { Outcome } from './resilience/outcome.ts';
import { readOptions, usage, type Options } from './resilience/options.ts';
import { documentWith, gather, notesOf, readGathered, tableOf, writeGathered } from './resilience/report.ts';
import { Impossible, UsageFault } from './terminal/fault.ts';
import { runCommand } from './terminal/run-command.ts';
import { sayTo } from './terminal/say.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const document = join(checkout, 'docs/resilience.md');
const readDocument = () => (existsSync(document) ? readFileSync(document, 'utf8') : '');

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
  const { onOneHost, onSeveralHosts } = await import('./resilience/experiments.ts');
  return options.hosts ? carryOutChosen(options, onSeveralHosts(options.other)) : carryOutChosen(options, onOneHost);
}

async function carryOutChosen<P>(options: Options, kind: Kind<P>): Promise<number> {
  const { carryOut } = await import('./resilience/carry-out.ts');
  const chosen = kind.experiments.filter(({ name }) => options.only?.test(name) ?? true);
  if (chosen.length === 0) throw new UsageFault('no experiment has such a name: --list names them');
  if (options.list) {
    for (const { name } of chosen) console.log(name);
    return 0;
  }
  const { studentsPerSecond, hosts } = options;
  if (hosts && !isRootOnLinux())
    throw new Impossible('--hosts needs Linux and root: its hosts are network namespaces, which only root may make.');
  const say = sayTo(options.json ? process.stderr : process.stdout);
  const machine = describeMachine();
  const file = options.gather ?? join(resultsFolder(null), hosts ? 'resilience-hosts.json' : 'resilience.json');
  const earlier = options.gather === null ? [] : readGathered(options.gather, hosts);
  const names = kind.experiments.map(({ name }) => name);
  const outcomes: Outcome[] = [];
  const gathered = () => ({ hosts, studentsPerSecond, machine, outcomes: gather(earlier, outcomes, names) });
  const about = { studentsPerSecond, version: versionOf() };
  for await (const outcome of carryOut({ ...kind, experiments: chosen }, about, say)) {
    outcomes.push(outcome);
    // Each time: a run that is broken off has not been for nothing.
    writeGathered(file, gathered());
  }
  console.log(options.json ? JSON.stringify(outcomes) : `\n${tableOf(outcomes)}\n\n${notesOf(outcomes)}\n\n${file}`);
  if (options.document) writeFileSync(document, documentWith(readDocument(), gathered()));
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

forgetSettings();
await runCommand(readOptions, usage, act);
