/** A count that a socket was told; `at` in milliseconds of the shared clock. */
export interface Told {
  at: number;
  checkedIn: number;
}

/** So many were known to be in the database at that moment. Ascending in both. */
export type Known = Told;

/** Samples by their age: index in milliseconds, the last one for whatever is older. */
export interface Age {
  samples: number;
  byMillisecond: Uint32Array;
}

const sampleEveryMilliseconds = 25;
const oldest = 10_000;

/**
 * Looks at every socket every 25 ms: the age of a count is the time since the first acknowledged check-in that it does
 * not include, 0 when it includes all.
 */
export function ageOfCounts(sockets: readonly Told[][], known: readonly Known[], from: number, until: number): Age {
  const byMillisecond = new Uint32Array(oldest + 1);
  let samples = 0;
  for (const told of sockets) {
    let next = 0;
    let shown = 0;
    let missing = 0;
    for (let at = from; at < until; at += sampleEveryMilliseconds) {
      for (let one = told[next]; one && one.at <= at; one = told[++next]) shown = Math.max(shown, one.checkedIn);
      for (let one = known[missing]; one && one.checkedIn <= shown; one = known[++missing]);
      const missed = known[missing];
      const age = missed && missed.at < at ? at - missed.at : 0;
      const slot = Math.min(oldest, Math.round(age));
      byMillisecond[slot] = (byMillisecond[slot] ?? 0) + 1;
      samples++;
    }
  }
  return { samples, byMillisecond };
}

/** In milliseconds; `share` from 0 to 1. */
export function ageAt(share: number, ages: readonly Age[]): number {
  const wanted = share * ages.reduce((sum, { samples }) => sum + samples, 0);
  let passed = 0;
  for (let age = 0; age <= oldest; age++) {
    passed += ages.reduce((sum, { byMillisecond }) => sum + (byMillisecond[age] ?? 0), 0);
    if (passed >= wanted) return age;
  }
  return oldest;
}
