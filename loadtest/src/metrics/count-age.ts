import type { ShownTick } from './shown-counts.ts';

/** How old the totals were that students saw, weighed by students and time. Milliseconds. */
export interface CountAge {
  p50: number;
  p99: number;
  max: number;
}

/** Ages are put into bins of so many milliseconds. */
const bin = 10;

/** How many of the sorted times are at most `at`. */
function countUntil(sorted: readonly number[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A page that shows `n` is up to date until row n+1 is there; from then on what it shows grows older. The pages are
 * looked at four times a second, so a total that never comes weighs more the longer it is missing.
 * @param rowTimes when each row was checked in, ascending, milliseconds since 1970. A row is committed a little later:
 * the age is overstated by that
 * @returns null when no page showed any total
 */
export function countAge(ticks: readonly ShownTick[], rowTimes: readonly number[]): CountAge | null {
  const bins = new Map<number, number>();
  const first = rowTimes[0] ?? Infinity;
  for (const { at, shown } of ticks) {
    if (at < first) continue;
    for (const [checkedIn, students] of shown) {
      const overtaken = rowTimes[checkedIn];
      const age = overtaken === undefined ? 0 : Math.max(0, at - overtaken);
      const cell = Math.floor(age / bin);
      bins.set(cell, (bins.get(cell) ?? 0) + students);
    }
  }
  const sorted = [...bins].sort(([one], [other]) => one - other);
  const total = sorted.reduce((sum, [, students]) => sum + students, 0);
  if (total === 0) return null;
  const at = (share: number) => {
    let seen = 0;
    for (const [cell, students] of sorted) if ((seen += students) >= share * total) return cell * bin;
    return 0;
  };
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** One moment of the totals: the attendance, and what the pages show. */
export interface CountMoment {
  at: number;
  rows: number;
  median: number;
  /** What the slowest hundredth of the pages shows at most. */
  slowest: number;
}

export function countCurve(ticks: readonly ShownTick[], rowTimes: readonly number[]): CountMoment[] {
  return mergeTicks(ticks).map(({ at, shown }) => {
    const sorted = [...shown].sort(([one], [other]) => one - other);
    const pages = sorted.reduce((sum, [, students]) => sum + students, 0);
    const quantile = (share: number) => {
      let seen = 0;
      for (const [checkedIn, students] of sorted) if ((seen += students) >= share * pages) return checkedIn;
      return 0;
    };
    return { at, rows: countUntil(rowTimes, at), median: quantile(0.5), slowest: quantile(0.01) };
  });
}

/** Those of several generators in the same half second become one. */
function mergeTicks(ticks: readonly ShownTick[]): ShownTick[] {
  const byTime = new Map<number, Map<number, number>>();
  const generators = new Map<number, number>();
  for (const { at, shown } of ticks) {
    const slot = Math.floor(at / 500) * 500;
    const pages = byTime.get(slot) ?? new Map<number, number>();
    byTime.set(slot, pages);
    generators.set(slot, (generators.get(slot) ?? 0) + 1);
    for (const [checkedIn, students] of shown) pages.set(checkedIn, (pages.get(checkedIn) ?? 0) + students);
  }
  return [...byTime].sort(([one], [other]) => one - other).map(([at, pages]) => ({ at: at + 250, shown: [...pages] }));
}
