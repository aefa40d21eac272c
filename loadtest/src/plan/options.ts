import { parseArgs } from 'node:util';
import { UsageFault } from '../terminal/fault.ts';
import { profiles, type Profile } from './arrivals.ts';

export type Mode = 'run' | 'sweep' | 'control' | 'bench';

/** What the command line asks for. */
export interface Options {
  mode: Mode;
  students: number;
  arriveWithinSeconds: number;
  profile: Profile;
  url: string | null;
  adminToken: string | null;
  /** A roster file that the deployment at `url` already has; null: one is made up and imported. */
  roster: string | null;
  images: boolean;
  sweep: number[];
  generators: number | null;
  apiProcesses: number | null;
  workerProcesses: number | null;
  seed: number;
  pace: number;
  holdSeconds: number;
  leaveWithinSeconds: number;
  waitForSeconds: number;
  ceilings: boolean;
  reconnectStorm: boolean;
  slowDatabase: boolean;
  adminWork: boolean;
  history: number;
  statements: boolean;
  batchScheduling: boolean;
  checkInP99: number | null;
  json: boolean;
  out: string | null;
  smoke: boolean;
}

export const usage = `npm run loadtest -- [options]

  --students 10000        how many come                                   --arrive-within 30s   within which time
  --profile even          even | spike | ramp | wave | overload | opening --seed 1              the same run again
  --url http://…          a deployment instead of a system of its own,    --admin-token …       with its admin token
  --roster file.csv       … whose roster is this file (else one is imported)
  --no-images             the connection-test images come from a CDN
  --api-processes 1       --worker-processes 1    --generators 1          (by the number of students unless given)
  --pace 0.2              how slowly students type and think: 1 is a person in no hurry
  --hold 10s              how long everyone watches                       --leave-within 60s    check-out after the end
  --wait-for 2m           profile opening: how long before the opening the first students come
  --reconnect-storm       kill the API while everyone watches
  --slow-database         slow the database down for some seconds while students come
  --admin-work            admins import students and ask for reports all the while that students come
  --history 200           so many past events, as large as this one, are in the database first
  --statements            a table of what the database did, by statement (always with --history)
  --no-batch-scheduling   without SCHED_BATCH, under which npm start runs the system, too
  --no-ceilings           do not run the same students against a bare server afterwards
  --check-in-p99 250      another limit, in milliseconds
  --json                  print summary.json instead of text              --out folder          default loadtest/results/<time>

  --smoke                 a few hundred students, for npm test
  --control               runs that must fail, each for its own reason
  --bench                 the table of numbers: every speed beside its ceiling
  --sweep 1000,3000,10000,30000,100000    the cost curve: the largest within --arrive-within (10m), all at one rate

Exit code: 0 pass, 1 fail, 2 not understood, 3 void (the generator was the bottleneck).`;

const definitions = {
  students: { type: 'string' },
  'arrive-within': { type: 'string' },
  profile: { type: 'string', default: 'even' },
  seed: { type: 'string', default: '1' },
  url: { type: 'string' },
  'admin-token': { type: 'string' },
  roster: { type: 'string' },
  images: { type: 'boolean', default: true },
  'api-processes': { type: 'string' },
  'worker-processes': { type: 'string' },
  generators: { type: 'string' },
  pace: { type: 'string', default: '0.2' },
  hold: { type: 'string' },
  'leave-within': { type: 'string' },
  'wait-for': { type: 'string' },
  'reconnect-storm': { type: 'boolean', default: false },
  'slow-database': { type: 'boolean', default: false },
  'admin-work': { type: 'boolean', default: false },
  history: { type: 'string', default: '0' },
  statements: { type: 'boolean', default: false },
  'batch-scheduling': { type: 'boolean', default: true },
  'check-in-p99': { type: 'string' },
  ceilings: { type: 'boolean', default: true },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  smoke: { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  bench: { type: 'boolean', default: false },
  sweep: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const units = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** “90s”, “10m” or “500ms”, in seconds. */
function duration(name: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = found?.[2] as keyof typeof units | undefined;
  const value = unit ? Number(found?.[1]) * units[unit] : 0;
  if (value <= 0 || value > 4 * units.h)
    throw new UsageFault(`--${name} is “${text}”, and must be a time such as 30s or 10m, up to 4h`);
  return value;
}

function number(name: string, text: string, least: number, most: number, whole = true): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value) || (whole && !Number.isInteger(value)) || value < least || value > most)
    throw new UsageFault(
      `--${name} is “${text}”, and must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
    );
  return value;
}

const mostStudents = 100_000;

function given<T>(text: string | undefined, read: (text: string) => T): T | null {
  return text === undefined ? null : read(text);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: definitions, allowNegative: true }).values;
  } catch (error) {
    throw new UsageFault(error instanceof Error ? error.message : String(error));
  }
}

function modeOf({ control, bench, sweep }: { control: boolean; bench: boolean; sweep?: string }): Mode {
  const asked = [
    ...(control ? ['control' as const] : []),
    ...(bench ? ['bench' as const] : []),
    ...(sweep === undefined ? [] : ['sweep' as const]),
  ];
  if (asked.length > 1)
    throw new UsageFault(`--${asked.join(' and --')} are two different things: ask for one of them`);
  return asked[0] ?? 'run';
}

/** @returns null when only help is asked for. @throws UsageFault */
export function readOptions(args: readonly string[]): Options | null {
  const values = parsed(args);
  if (values.help) return null;
  const profile = profiles.find((name) => name === values.profile);
  if (!profile) throw new UsageFault(`--profile is “${values.profile}”, and must be one of ${profiles.join(', ')}`);
  const { url, smoke } = values;
  if (url !== undefined && !/^https?:\/\/[^/]+\/?$/.test(url))
    throw new UsageFault(`--url is “${url}”, and must look like http://host:3000`);
  if (url !== undefined && !values['admin-token'])
    throw new UsageFault('--url needs --admin-token: the event is made, ended and verified with it');
  const mode = modeOf(values);
  if (url !== undefined && mode !== 'run' && mode !== 'sweep')
    throw new UsageFault(`--${mode} needs a system of its own: leave --url out`);
  if (url !== undefined && values['reconnect-storm'])
    throw new UsageFault('--reconnect-storm kills processes of this machine: leave --url out');
  if (url !== undefined && (values['slow-database'] || values.history !== '0' || values.statements))
    throw new UsageFault(
      '--slow-database, --history and --statements need a database of this machine: leave --url out',
    );
  const history = number('history', values.history, 0, 1_000);
  const seconds = (name: 'arrive-within' | 'hold' | 'leave-within' | 'wait-for') =>
    given(values[name], (text) => duration(name, text));
  const count = (name: 'generators' | 'api-processes' | 'worker-processes') =>
    given(values[name], (text) => number(name, text, 1, 64));
  return {
    mode,
    students:
      given(values.students, (text) => number('students', text, 1, mostStudents)) ??
      (smoke ? 300 : profile === 'overload' ? 33_000 : 10_000),
    arriveWithinSeconds:
      seconds('arrive-within') ?? (smoke ? 6 : mode === 'sweep' ? 600 : profile === 'overload' ? 180 : 30),
    profile,
    url: url?.replace(/\/$/, '') ?? null,
    adminToken: values['admin-token'] ?? null,
    roster: values.roster ?? null,
    images: values.images,
    sweep: (values.sweep?.split(',') ?? []).map((text) => number('sweep', text, 1, mostStudents)),
    generators: count('generators'),
    apiProcesses: count('api-processes'),
    workerProcesses: count('worker-processes'),
    seed: number('seed', values.seed, 0, 2 ** 32 - 1),
    pace: number('pace', values.pace, 0, 10, false),
    holdSeconds: seconds('hold') ?? (smoke ? 1 : 10),
    leaveWithinSeconds: seconds('leave-within') ?? (smoke ? 4 : 60),
    ceilings: values.ceilings && !smoke && url === undefined,
    waitForSeconds: seconds('wait-for') ?? 120,
    reconnectStorm: values['reconnect-storm'],
    slowDatabase: values['slow-database'],
    adminWork: values['admin-work'],
    history,
    statements: values.statements || history > 0,
    batchScheduling: values['batch-scheduling'],
    checkInP99: given(values['check-in-p99'], (text) => number('check-in-p99', text, 0, 120_000, false)),
    json: values.json,
    out: values.out ?? null,
    smoke,
  };
}
