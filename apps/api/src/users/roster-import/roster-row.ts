/** What a row gives, checked. A string is the reason why it is refused. */
export type Checked<T> = T | string;

export interface StudentName {
  username: string;
  displayName: string;
}

/** The columns count characters, JavaScript counts their UTF-16 halves. */
function longerThan(text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters;
}

const controlCharacter = /\p{Cc}/u;

/** A student must be able to type the username, and to confirm it by its last four digits. */
export function checkStudent(username: string, displayName: string): Checked<StudentName> {
  if (username === '') return 'the username is empty';
  if (longerThan(username, 100)) return 'the username has more than 100 characters';
  if (controlCharacter.test(username)) return 'the username holds a control character';
  if (!/[0-9]{4}$/.test(username)) return 'the username does not end in four digits';
  if (displayName === '') return 'the name is empty';
  if (longerThan(displayName, 200)) return 'the name has more than 200 characters';
  if (controlCharacter.test(displayName)) return 'the name holds a line break or a control character';
  return { username, displayName };
}

/** @returns the reason why a class can’t be called so, or null */
export function classNameFault(className: string): string | null {
  if (longerThan(className, 100)) return 'the class name has more than 100 characters';
  return controlCharacter.test(className) ? 'the class name holds a line break or a control character' : null;
}
