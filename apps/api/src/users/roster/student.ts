/** A class of the roster. Its members are looked up when they are asked for. */
export interface ClassRoster {
  readonly id: number;
  readonly name: string;
  /** How many members it has. */
  readonly size: number;
  /** By name, each made when it is its turn. */
  members(): Iterable<Student>;
}

export interface Student {
  readonly id: number;
  readonly displayName: string;
  /** The last four characters of the username. */
  readonly digits: string;
  readonly classes: readonly ClassRoster[];
}

/** @param classIds none: all classes, and nobody is left out */
export function isIn({ classes }: Student, classIds: number[] | null | undefined): boolean {
  return !classIds || classes.some(({ id }) => classIds.includes(id));
}

/** “Ada” from a phone’s keyboard is “ada”, and an accent may be typed as one character or as two. */
export const typed = (username: string) => username.trim().normalize('NFC').toLowerCase();

const inOrderOfNumbers = new Intl.Collator('en', { numeric: true });

/** Classes as a person would look for one: 9B before 10A. */
export function byName(one: { name: string }, other: { name: string }): number {
  return inOrderOfNumbers.compare(one.name, other.name);
}
