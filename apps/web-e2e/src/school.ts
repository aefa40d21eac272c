import { readFileSync } from 'node:fs';
import { env } from './env.ts';

export interface Pupil {
  username: string;
  displayName: string;
  digits: string;
}

type Row = Pupil & { className: string };

function readRoster(): Row[] {
  const [, ...lines] = readFileSync(env.roster, 'utf8').trim().split(/\r?\n/);
  return lines.flatMap((line) => {
    // Fields in quotes hold commas; whoever has one is not needed here.
    const [username = '', displayName = '', className = '', ...more] = line.split(',');
    return more.length > 0 || line.includes('"')
      ? []
      : [{ username, displayName, className, digits: username.slice(-4) }];
  });
}

/** Several in one class would make a test find two rows by one name. */
function plainClasses(): Row[][] {
  const rows = readRoster();
  const memberships = Map.groupBy(rows, ({ username }) => username);
  const classes = [...Map.groupBy(rows, ({ className }) => className)].filter(([name]) => name !== '');
  return classes
    .map(([, pupils]) => pupils.filter(({ username }) => memberships.get(username)?.length === 1))
    .filter((pupils) => {
      const names = pupils.map(({ displayName }) => displayName);
      return pupils.length >= 10 && names.every((name) => names.filter((other) => other.includes(name)).length === 1);
    });
}

let classes: Row[][] | undefined;

/**
 * Classmates from the demo roster, each in one class only.
 * @param which another class for each test, so that wrong digits of one never lock those of another
 */
export function classmates(which: number): [Pupil, Pupil, Pupil, Pupil, Pupil] {
  classes ??= plainClasses();
  const [first, second, third, fourth, fifth] = classes[which] ?? [];
  if (!first || !second || !third || !fourth || !fifth)
    throw new Error(`the roster has no class number ${which} of ten pupils`);
  return [first, second, third, fourth, fifth];
}

/** Whoever has this name, and then the others of one of their classes. */
export function classOf(displayName: string): [Pupil, ...Pupil[]] {
  const rows = readRoster();
  const someone = rows.find((row) => row.displayName === displayName && row.className !== '');
  if (!someone) throw new Error(`nobody on the roster is called ${displayName}`);
  const others = rows.filter((row) => row.className === someone.className && row.username !== someone.username);
  return [someone, ...others];
}

/** Each once, as far as the roster gives it without quotes. */
export function names(): string[] {
  return [...new Set(readRoster().map(({ displayName }) => displayName))];
}

export function longestName(): string {
  return names().reduce((longest, name) => (name.length > longest.length ? name : longest), '');
}
