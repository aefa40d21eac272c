import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageFault } from '../terminal/fault.ts';

export interface Options {
  /** On several hosts instead of one. */
  hosts: boolean;
  only: RegExp | null;
  list: boolean;
  studentsPerSecond: number;
  /** Root of a built checkout of another version. */
  other: string | null;
  /** Outcomes of several runs come together in this file. */
  gather: string | null;
  document: boolean;
  json: boolean;
}

export const usage = `npm run resilience -- [options]

  --hosts                on several hosts, which are network namespaces (Linux, root); else on one
  --only 'Redis'         experiments whose name fits this regular expression   --list    their names
  --rate 100             students a second
  --other folder         with --hosts: a built checkout of another version, for two versions side by side
  --gather file.json     with the outcomes that are in this file from earlier runs, and written back to it
  --document             write the part of docs/resilience.md that is about these experiments
  --json                 print the outcomes as JSON instead of a table

Exit code: 0 everything is as it has to be, 1 not, 2 not understood.`;

/** @returns null when only help is asked for. @throws UsageFault */
export function readOptions(args: readonly string[]): Options | null {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        hosts: { type: 'boolean', default: false },
        only: { type: 'string' },
        list: { type: 'boolean', default: false },
        rate: { type: 'string', default: '100' },
        other: { type: 'string' },
        gather: { type: 'string' },
        document: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UsageFault(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return null;
  const rate = Number(values.rate);
  if (!Number.isInteger(rate) || rate < 10 || rate > 500)
    throw new UsageFault(`--rate is “${values.rate}”, and must be a whole number from 10 to 500`);
  return {
    hosts: values.hosts,
    only: values.only === undefined ? null : expression(values.only),
    list: values.list,
    studentsPerSecond: rate,
    other: values.other === undefined ? null : otherVersion(values.other, values.hosts),
    gather: values.gather ?? null,
    document: values.document,
    json: values.json,
  };
}

function otherVersion(folder: string, hosts: boolean): string {
  if (!hosts) throw new UsageFault('--other is for --hosts: on one host there is one version');
  const [missing] = ['main', 'worker']
    .map((script) => join(folder, 'apps/api/dist', `${script}.js`))
    .filter((file) => !existsSync(file));
  if (missing !== undefined)
    throw new UsageFault(
      `--other is “${folder}”, but ${missing} is not there: it has to be a checkout of another version, after npm run build`,
    );
  return resolve(folder);
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new UsageFault(`--only is “${text}”: ${(error as Error).message}`);
  }
}
