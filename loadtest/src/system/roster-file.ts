import { parse } from 'csv-parse/sync';
import type { RosterRow } from '@exco/persistence';
import { Fault } from '../terminal/fault.ts';

/** @throws Fault when it is not a roster file */
export function readRosterFile(text: string, name: string): RosterRow[] {
  const [head, ...lines] = parse(text, { bom: true });
  if (head?.join(',') !== 'username,displayName,className')
    throw new Fault(`${name} does not begin with username,displayName,className`);
  return lines.map(([username = '', displayName = '', className = ''], index) => {
    if (!/\d{4}$/.test(username))
      throw new Fault(`${name}, line ${index + 2}: the username does not end in four digits`);
    return { username, displayName, className: className === '' ? null : className };
  });
}
