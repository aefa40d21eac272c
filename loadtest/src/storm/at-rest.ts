import type { Generators } from '../generator/generators.ts';
import type { ShownGroup } from '../generator/messages.ts';
import { pause } from '../terminal/interruption.ts';
import type { Findings } from '../truth/judge.ts';
import type { Totals, Truth } from '../truth/rows.ts';

/** The figures once nothing happens any more. */
export interface AtRest {
  when: string;
  rows: Totals;
  counter: Totals | null;
  groups: ShownGroup[];
}

/** The last state is delivered with the round of counts that is under way and the one after it, or found by a look five seconds later. */
const longestMilliseconds = 20_000;
const lookEveryMilliseconds = 500;

const same = (one: Totals, other: Totals) => one.checkedIn === other.checkedIn && one.checkedOut === other.checkedOut;

function agrees({ rows, counter, groups }: AtRest): boolean {
  const watching = groups.reduce((sum, { connected, students }) => sum + (connected ? students : 0), 0);
  return (
    (counter === null || same(rows, counter)) &&
    groups.every(
      ({ counts, connected }) => !connected || (counts !== null && same(counts, rows) && counts.watching === watching),
    )
  );
}

/** Waits until all figures agree, or it is clear that they never will. */
export async function whenAtRest(generators: Generators, truth: Truth, eventId: number, when: string): Promise<AtRest> {
  const deadline = Date.now() + longestMilliseconds;
  for (;;) {
    const now: AtRest = {
      when,
      rows: await truth.totals(eventId),
      counter: await truth.counter(eventId),
      groups: await generators.shown(),
    };
    if (agrees(now) || Date.now() > deadline) return now;
    await pause(lookEveryMilliseconds);
  }
}

const inWords = ({ checkedIn, checkedOut }: Totals) => `${checkedIn} in and ${checkedOut} out`;

/** Rows = counter = what every connected page shows; and as many watch as hold a connection. */
export function judgeAtRest({ when, rows, counter, groups }: AtRest, allOurs: boolean, found: Findings): void {
  if (counter && !same(counter, rows))
    found.add('counts-differ', `${when}: the counter says ${inWords(counter)}, the rows ${inWords(rows)}`);
  const watching = groups.reduce((sum, { connected, students }) => sum + (connected ? students : 0), 0);
  for (const { counts, connected, students } of groups) {
    if (!connected) continue;
    if (!counts || !same(counts, rows))
      found.add(
        'counts-differ',
        `${when}: ${students} pages show ${counts ? inWords(counts) : 'nothing'}, the rows ${inWords(rows)}`,
      );
    else if (allOurs && counts.watching !== watching)
      found.add(
        'counts-differ',
        `${when}: ${students} pages show ${counts.watching} watching, and ${watching} are connected`,
      );
  }
}
