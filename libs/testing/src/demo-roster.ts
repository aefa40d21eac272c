import type { RosterRow } from '@exco/persistence';
import { oddNames, plain, traditions } from './demo-names.ts';

/** Shares of all students, in per mille. */
const inNoClass = 50;
const inTwoClasses = 80;
/** How many who draw digits that are taken draw once more: chance alone would let 63 % share theirs, real rosters 61 %. */
const drawsAgain = 60;
const namesakes = 4;

const medianClass = 30;
const spread = 0.55;
const largestClass = 127;

type Random = () => number;

/** mulberry32: small, and the same everywhere. Gives [0, 1). */
function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

const oneIn1000 = (random: Random, share: number) => random() * 1000 < share;

/** Box–Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function displayNameOf(random: Random, index: number): string {
  const odd = oddNames[index / 797];
  if (odd) return odd;
  let at = random() * 1000;
  const names = traditions.find(({ share }) => (at -= share) < 0) ?? plain;
  const { join = (given: string, family: string) => `${given} ${family}`, between = ' ' } = names;
  const given = pick(random, names.given);
  const hasTwo = between !== null && random() < 0.5;
  return join(hasTwo ? given + between + pick(random, names.given) : given, pick(random, names.family));
}

function digitsOf(random: Random, taken: Set<string>): string {
  const draw = () => String(Math.floor(random() * 10_000)).padStart(4, '0');
  let digits = draw();
  if (taken.has(digits) && oneIn1000(random, drawsAgain)) digits = draw();
  taken.add(digits);
  return digits;
}

const letters = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

/** What stands before the digits: with letters, without, with leading zeros, or nothing at all. */
function prefixOf(random: Random, displayName: string): string {
  const [first = '', last = ''] = [displayName.split(' ')[0], displayName.split(' ').at(-1)].map((name) =>
    letters(name ?? ''),
  );
  const figures = (count: number) => String(Math.floor(random() * 10 ** count)).padStart(count, '0');
  const kind = random();
  if (kind < 0.3 && first && last) return `${first}.${last}`;
  if (kind < 0.45 && first && last) return `${first.slice(0, 1)}${last}`;
  if (kind < 0.55) return `S${figures(4)}`;
  if (kind < 0.62) return `${pick(random, ['kla', 'ber', 'nor', 'ost'])}-${figures(2)}-`;
  if (kind < 0.7) return `000${figures(3)}`;
  if (kind < 0.702) return '';
  return `20${figures(4)}`;
}

function usernameOf(random: Random, displayName: string, digits: string, taken: Set<string>): string {
  for (;;) {
    const username = prefixOf(random, displayName) + digits;
    if (taken.has(username.toLowerCase())) continue;
    taken.add(username.toLowerCase());
    return username;
  }
}

const subjects = [
  'Maths',
  'Biology',
  'Français',
  'Geschichte',
  'Music',
  'Español',
  '中文',
  'Физика',
  'Drama & Dance',
  'Year’s End',
];
const schools = [
  '',
  'Northside',
  'São Tomé',
  'St Mary’s',
  'Ελληνικό',
  'Harbor, East',
  'Weiß',
  'Lakeview',
  'Río Bravo',
  'Hilltop',
];
const grades = 8;
const sections = 'ABCD';

/** One name for each number up to 3,200, then numbered campuses. */
function classNameOf(index: number): string {
  const section = sections.charAt(index % sections.length);
  const subject = subjects[Math.floor(index / sections.length) % subjects.length];
  const grade = 5 + (Math.floor(index / (sections.length * subjects.length)) % grades);
  const school = Math.floor(index / (sections.length * subjects.length * grades));
  const campus = school < schools.length ? schools[school] : `Campus ${school}`;
  return `${campus} ${grade}${section} ${subject}`.trim();
}

/** Sizes of classes until they hold `places`: the smallest and the largest possible are always among them. */
function classSizes(random: Random, places: number): number[] {
  const sizes = places > 10 * largestClass ? [largestClass, 1, 1, 2] : [];
  let rest = places - sizes.reduce((sum, size) => sum + size, 0);
  while (rest > 0) {
    const drawn = Math.round(medianClass * Math.exp(spread * normal(random)));
    const size = Math.min(rest, largestClass, Math.max(1, drawn));
    sizes.push(size);
    rest -= size;
  }
  return sizes;
}

function shuffle<T>(random: Random, all: T[]): T[] {
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other] as T, all[last] as T];
  }
  return all;
}

interface Student {
  username: string;
  displayName: string;
  classes: Set<string>;
}

function students(random: Random, size: number): Student[] {
  const takenDigits = new Set<string>();
  const takenUsernames = new Set<string>();
  return Array.from({ length: size }, (_, index) => {
    const displayName = displayNameOf(random, index);
    const username = usernameOf(random, displayName, digitsOf(random, takenDigits), takenUsernames);
    return { username, displayName, classes: new Set<string>() };
  });
}

/** Some get no place, some two, everybody else one; classmates are neighbours nowhere in the list. */
function places(random: Random, all: Student[]): Student[] {
  const drawn = all.map((student) => ({ student, lot: random() * 1000 }));
  const once = drawn.filter(({ lot }) => lot >= inNoClass);
  const again = drawn.filter(({ lot }) => lot >= 1000 - inTwoClasses);
  return [...shuffle(random, once), ...shuffle(random, again)].map(({ student }) => student);
}

/**
 * The demo's students: deterministic, and with the oddities of real rosters (see its spec for the figures).
 * @param size students, up to 100,000
 */
export function demoRoster(size = 10_000, seed = 3): RosterRow[] {
  const random = mulberry32(seed);
  const all = students(random, size);
  const queue = places(random, all);
  const sizes = classSizes(random, queue.length);
  let from = 0;
  for (const [index, classSize] of sizes.entries()) {
    const members = queue.slice(from, (from += classSize));
    for (const member of members) member.classes.add(classNameOf(index));
    const [one, other] = members;
    if (one && other && oneIn1000(random, namesakes * 10)) other.displayName = one.displayName;
  }
  return all.flatMap(({ username, displayName, classes }) => {
    const names = classes.size === 0 ? [null] : [...classes];
    return names.map((className) => ({ username, displayName, className }));
  });
}

const quoted = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** The roster file that the import takes: RFC 4180, UTF-8, one row an enrolment, an empty class for none. */
export function rosterCsv(rows: readonly RosterRow[]): string {
  const lines = rows.map(({ username, displayName, className }) =>
    [username, displayName, className ?? ''].map(quoted).join(','),
  );
  return ['username,displayName,className', ...lines, ''].join('\r\n');
}
