import { demoRoster } from '@exco/testing';
import type { RosterStudent } from '../plan/user-plan.ts';

/** The students of the demo roster, numbered as a database would number them. */
export function demoPeople(students: number, seed: number): RosterStudent[] {
  const classIds = new Map<string, number>();
  const people = new Map<string, RosterStudent>();
  for (const { username, className } of demoRoster(students, seed)) {
    let person = people.get(username);
    if (!person) people.set(username, (person = { id: people.size + 1, username, classIds: [] }));
    if (className === null) continue;
    const id = classIds.get(className) ?? classIds.size + 1;
    classIds.set(className, id);
    person.classIds.push(id);
  }
  return [...people.values()];
}
