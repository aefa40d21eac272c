import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mostForOthers } from '../thresholds/verdict.ts';
import { Fault } from '../terminal/fault.ts';
import { inSeconds, type Outcome } from './outcome.ts';
import type { Machine } from '../report/machine.ts';

/** What the document is made of: the newest outcome of each experiment. */
export interface Gathered {
  /** Missing: no. */
  hosts?: boolean;
  studentsPerSecond: number;
  machine: Machine;
  outcomes: Outcome[];
}

/** The outcomes of this run, and of an earlier one those that were not run again; in the order of all experiments. */
export function gather(earlier: readonly Outcome[], now: readonly Outcome[], order: readonly string[]): Outcome[] {
  const newest = new Map([...earlier, ...now].map((outcome) => [outcome.name, outcome]));
  return order.flatMap((name) => newest.get(name) ?? []);
}

/** @returns none when there is no such file yet @throws Fault when it is of the other kind of experiments */
export function readGathered(file: string, hosts: boolean): Outcome[] {
  if (!existsSync(file)) return [];
  const gathered = JSON.parse(readFileSync(file, 'utf8')) as Gathered;
  if ((gathered.hosts ?? false) !== hosts)
    throw new Fault(`${file} is of the experiments on ${hosts ? 'one host' : 'several hosts'}: take another file`);
  return gathered.outcomes;
}

export const writeGathered = (file: string, gathered: Gathered): void =>
  writeFileSync(file, `${JSON.stringify(gathered, null, 1)}\n`);

/** “pass”, “FAIL”, “void” where only time failed and others took it, or of a control whether it failed as it must. */
export function verdictOf({ name, passed, objections, othersShare }: Outcome): string {
  const isSlowAlone = objections.length > 0 && objections.every((objection) => objection === 'service');
  if (!passed && isSlowAlone && (othersShare ?? 0) > mostForOthers)
    return 'void: the machine was busy with something else';
  if (!passed) return `**FAIL**: ${objections.join(', ') || 'nothing was found'}`;
  return objections.length > 0 && name.startsWith('control') ? `fails, as it must: ${objections.join(', ')}` : 'pass';
}

const head = [
  'fault',
  'requests',
  'acknowledged',
  'rows',
  'lost',
  'doubled',
  'changed',
  'longest without service',
  'verdict',
];

function cellsOf(outcome: Outcome): string[] {
  const { name, requests, acknowledged, rows, lost, doubled, changed, longestWithoutService } = outcome;
  const figures = [requests, acknowledged, rows, lost, doubled, changed].map(String);
  return [name, ...figures, inSeconds(longestWithoutService), verdictOf(outcome)];
}

/** As Markdown, which a terminal shows as well. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = [head, ...outcomes.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Why, below the table: how each fault is known to have struck, and what else was measured. */
export function notesOf(outcomes: readonly Outcome[]): string {
  return outcomes
    .map((outcome) => {
      const {
        name,
        proof,
        queued,
        gaveUp,
        othersShare,
        shareFromThirdSecond,
        all200After,
        longestWithout200,
        reasons,
        unanswered,
      } = outcome;
      const measured = [
        `struck: ${proof ?? 'no proof'}`,
        `${queued} by 202 alone`,
        `longest without a 200: ${inSeconds(longestWithout200)}`,
        `all 200 from ${inSeconds(all200After)} after its end`,
        ...(shareFromThirdSecond === null
          ? []
          : [`from the third second on ${shareFromThirdSecond.toFixed(1)} % answered 200 or 202`]),
        ...(unanswered > 0 ? [`${unanswered} requests without an answer, sent again`] : []),
        ...(gaveUp > 0 ? [`${gaveUp} times a page told its student that it does not work`] : []),
        ...(othersShare === null ? [] : [`other programs used ${Math.round(100 * othersShare)} % of the machine`]),
      ];
      return `- **${name}**: ${measured.join('; ')}.${reasons.map((reason) => `\n  - ${reason}`).join('')}`;
    })
    .join('\n');
}

const unique = (all: readonly string[]) => [...new Set(all)].sort();

const datesOf = (outcomes: readonly Outcome[]) => unique(outcomes.map(({ at }) => at.slice(0, 10))).join(', ');
const versionsOf = (outcomes: readonly Outcome[]) => unique(outcomes.map(({ version }) => version)).join(', ');

/** The part of docs/resilience.md about one host. */
function onOneHost({ studentsPerSecond, machine, outcomes }: Gathered): string {
  return `# Resilience

Written by \`npm run resilience -- --document\`: ${datesOf(outcomes)}, version ${versionsOf(outcomes)}; ${machine.cores} × ${machine.processor},
${machine.system}, Node ${machine.node}, load generator included.

One fault after the other, while ${studentsPerSecond} students a second come, check in with classmates, watch and check out: the virtual
users of the load test, and its comparison of every answer with the rows. One API process, one worker, one Redis, one
database, each reached over a line of its own that can be cut.

*Requests* are check-ins, each try. *Acknowledged* are students of whom somebody was told 200 or 202. *Lost*: acknowledged and not
in the database, or an act without its entry in the audit (of a killed API process the last second’s audit is lost, by
[decision 19](decisions/0019-audit-in-the-background.md)). *Doubled*: two rows or two entries. *Changed*: a row that is not what was
answered, or that nobody asked for. *Longest without service*: somebody wished to check in, and nobody was answered 200 or 202. A
page that is not answered asks again, by its own rules. The verdict also fails when it cannot be shown that the fault struck, when a
total or a \`seq\` falls, or when any other answer is not what the contract says. The controls show that it can.

${tableOf(outcomes)}

## How each is known to have struck, and what else was measured

${notesOf(outcomes)}
`;
}

const hostsHeading = '## On several hosts';

function onSeveralHosts({ studentsPerSecond, machine, outcomes }: Gathered): string {
  return `${hostsHeading}

Written by \`npm run resilience -- --hosts --document\`: ${datesOf(outcomes)}, version ${versionsOf(outcomes)}; ${machine.cores} × ${machine.processor},
${machine.system}, Node ${machine.node}, load generator included.

The same load, comparison and verdict, with ${studentsPerSecond} students a second. Each host is a network namespace with an address of its own: two
balancers (HAProxy as in [deploy/proxy](../deploy/proxy/haproxy.cfg), without encryption, and keepalived with one floating address),
two API hosts, two worker hosts, three databases (MariaDB with Galera), three Redis with a Sentinel each. Each API and worker reaches the
databases through an HAProxy of its own host, which gives all writes to the first that is whole. *Off for good*: unplugged and every
process killed, until everybody has left. *Cut off*, *split*: nobody closes a connection, packets are lost.

${tableOf(outcomes)}

### How each is known to have struck, and what else was measured

${notesOf(outcomes)}
`;
}

/** docs/resilience.md with the newer part in its place. @param existing what it says so far; empty if there is none */
export function documentWith(existing: string, gathered: Gathered): string {
  const at = existing.indexOf(`${hostsHeading}\n`);
  const [first, second] = at < 0 ? [existing, ''] : [existing.slice(0, at), existing.slice(at)];
  const parts = gathered.hosts ? [first, onSeveralHosts(gathered)] : [onOneHost(gathered), second];
  return parts
    .filter((part) => part !== '')
    .map((part) => part.trimEnd())
    .join('\n\n')
    .concat('\n');
}
