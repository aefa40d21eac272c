import { between, seeded, shuffle, wholeBetween, type Random } from './random.ts';

/** A student of the roster, with what only the test knows: the username. */
export interface RosterStudent {
  id: number;
  username: string;
  classIds: number[];
}

export interface PlannedClassmate {
  userId: number;
  digits: string;
  /** Typed first, by mistake. */
  mistyped: string | null;
}

/** What one student is going to do; everything else follows from the answers. */
export interface UserPlan {
  userId: number;
  username: string;
  /** Milliseconds from the start. */
  arrivesAt: number;
  digits: string;
  mistyped: string | null;
  brings: PlannedClassmate[];
  /** Everyone who shares a class, as the roster has it. */
  classmates: number;
  /** Presses Check-In while the last digits are still being checked. */
  pressesEarly: boolean;
  /** Has pressed Check-In in the very moment in which the news of having been checked in arrives. */
  races: boolean;
  /** After a mistyped classmate: types again rather than giving up on them. */
  triesAgain: boolean;
  /** Closes the browser in the middle of the check-in, and comes back. */
  vanishes: boolean;
  /** Reloads the page once in. */
  reloads: boolean;
  /** Has everything ready and presses Check-In before the opening, if there is time. */
  preparesEarly: boolean;
  seed: number;
}

/** Out of a hundred. */
const mistypesOwn = 2;
const mistypesClassmate = 6;
const pressesEarly = 6;
const races = 10;
const triesAgain = 70;
const vanishes = 0.5;
const reloads = 5;
const preparesEarly = 60;
/** Classes whose students arrive close to one another, as when a teacher says “now”. */
const together = 50;
/** The share of a class whom everybody wants to bring, so that groups overlap. */
const popular = 0.2;

export const mostBrought = 30;

/** Most bring nobody; a few bring a row of seats; some a whole class. The mean is about one. */
function howManyToBring(random: Random): number {
  const lot = random() * 100;
  if (lot < 74) return 0;
  if (lot < 90) return wholeBetween(random, 1, 2);
  if (lot < 98) return wholeBetween(random, 3, 8);
  return wholeBetween(random, 9, mostBrought);
}

export const digitsOf = (username: string) => username.slice(-4);

/** Four digits that are not these. */
function mistype(random: Random, digits: string): string {
  return String((Number(digits) + wholeBetween(random, 1, 9_999)) % 10_000).padStart(4, '0');
}

const chance = (random: Random, outOfHundred: number) => random() * 100 < outOfHundred;

function classesOf(people: readonly RosterStudent[]): Map<number, RosterStudent[]> {
  const classes = new Map<number, RosterStudent[]>();
  for (const person of people)
    for (const id of person.classIds) {
      const members = classes.get(id);
      if (members) members.push(person);
      else classes.set(id, [person]);
    }
  return classes;
}

/** Friends of some classes come within the same twentieth of the whole time. */
function inOrderOfArrival(
  people: readonly RosterStudent[],
  classes: ReadonlyMap<number, unknown>,
  random: Random,
): RosterStudent[] {
  const meeting = new Map([...classes.keys()].map((id) => [id, chance(random, together) ? random() : null]));
  const placed = people.map((person) => {
    const moment = meeting.get(person.classIds[0] ?? -1) ?? null;
    return { person, place: moment === null ? random() : moment + between(random, 0, 0.05) };
  });
  return placed.sort((one, other) => one.place - other.place).map(({ person }) => person);
}

function classmatesToBring(
  me: RosterStudent,
  classes: ReadonlyMap<number, RosterStudent[]>,
  random: Random,
): PlannedClassmate[] {
  const wanted = howManyToBring(random);
  if (wanted === 0) return [];
  const chosen = new Map<number, RosterStudent>();
  for (const id of me.classIds) {
    const members = classes.get(id) ?? [];
    const wellKnown = members.slice(0, Math.ceil(members.length * popular));
    for (const person of [...shuffle(random, wellKnown), ...shuffle(random, [...members])]) {
      if (chosen.size >= wanted) break;
      if (person !== me) chosen.set(person.id, person);
    }
  }
  return [...chosen.values()].map(({ id, username }) => {
    const digits = digitsOf(username);
    return { userId: id, digits, mistyped: chance(random, mistypesClassmate) ? mistype(random, digits) : null };
  });
}

function classmatesOf(me: RosterStudent, classes: ReadonlyMap<number, RosterStudent[]>): number {
  const ids = new Set(me.classIds.flatMap((id) => (classes.get(id) ?? []).map((person) => person.id)));
  ids.delete(me.id);
  return ids.size;
}

/**
 * Gives so many of the people a part as there are times, in the order of their arrival. The others may be brought along.
 * @param times milliseconds from the start, ascending
 */
export function planUsers(people: readonly RosterStudent[], times: readonly number[], seed: number): UserPlan[] {
  const random = seeded(seed);
  const classes = classesOf(people);
  for (const members of classes.values()) shuffle(random, members);
  const arriving = shuffle(random, [...people]).slice(0, times.length);
  return inOrderOfArrival(arriving, classes, random).map((person, index) => {
    const digits = digitsOf(person.username);
    return {
      userId: person.id,
      username: person.username,
      arrivesAt: times[index] ?? 0,
      digits,
      mistyped: chance(random, mistypesOwn) ? mistype(random, digits) : null,
      brings: classmatesToBring(person, classes, random),
      classmates: classmatesOf(person, classes),
      pressesEarly: chance(random, pressesEarly),
      races: chance(random, races),
      triesAgain: chance(random, triesAgain),
      vanishes: chance(random, vanishes),
      reloads: chance(random, reloads),
      preparesEarly: chance(random, preparesEarly),
      seed: Math.floor(random() * 2 ** 32),
    };
  });
}
