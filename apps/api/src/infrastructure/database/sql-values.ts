import { FaultyRow } from './failures.ts';

/**
 * Values that go into a statement as text. Formatting `?` was a fifth of the worker's time, and the statements of a
 * batch are sent as one packet. Each function proves that its result cannot hold anything but the value.
 */

/** @throws FaultyRow */
export function uint(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new FaultyRow(`not a whole number: ${String(value)}`);
  return String(value);
}

/**
 * A quoted DATETIME(3) in UTC. Exactly three digits: MariaDB cuts further ones off, MySQL rounds them.
 * @param milliseconds since 1970
 * @throws FaultyRow
 */
export function datetime(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new FaultyRow(`not a time: ${String(milliseconds)}`);
  const iso = date.toISOString();
  return `'${iso.slice(0, 10)} ${iso.slice(11, 23)}'`;
}

/** A quoted JSON array of ids. @throws FaultyRow */
export function idList(ids: Iterable<number>): string {
  return `'[${Array.from(ids, uint).join(',')}]'`;
}

/**
 * A derived table `asked (id)` of these ids, to be joined with STRAIGHT_JOIN. `user_id IN (…)` lets the optimiser use
 * the first half of the key alone and read the whole event, because InnoDB estimates from 20 pages; this reads what is
 * asked for, whatever the statistics say. With FORCE INDEX, as MariaDB otherwise takes another key and filters it by all
 * rows of an event that is small.
 */
export function asked(ids: Iterable<number>): string {
  return `JSON_TABLE(${idList(ids)}, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) AS asked`;
}
