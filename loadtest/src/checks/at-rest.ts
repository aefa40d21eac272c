import type { ShownGroup } from '../metrics/progress.ts';
import { pause } from '../terminal/pause.ts';
import type { Findings } from './findings.ts';
import type { Totals, AttendanceSource } from './attendance-source.ts';

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
export async function whenAtRest(
  shown: () => Promise<ShownGroup[]>,
  attendance: AttendanceSource,
  eventId: number,
  when: string,
): Promise<AtRest> {
  const deadline = Date.now() + longestMilliseconds;
  for (;;) {
    const now: AtRest = {
      when,
      rows: await attendance.totals(eventId),
      counter: await attendance.counter(eventId),
      groups: await shown(),
    };
    if (agrees(now) || Date.now() > deadline) return now;
    await pause(lookEveryMilliseconds);
  }
}

const inWords = ({ checkedIn, checkedOut }: Totals) => `${checkedIn} in and ${checkedOut} out`;

/** Rows = counter = what every connected page shows; and as many watch as hold a connection. */
export function checkAtRest(
  { when, rows, counter, groups }: AtRest,
  allOurs: boolean,
  title: string,
  found: Findings,
): void {
  if (counter && !same(counter, rows))
    found.add('counts-differ', `${when}: the counter says ${inWords(counter)}, the rows ${inWords(rows)}`);
  const watching = groups.reduce((sum, { connected, students }) => sum + (connected ? students : 0), 0);
  for (const { counts, connected, title: shownTitle, students } of groups) {
    if (!connected) continue;
    if (shownTitle !== title)
      found.add('event-differs', `${when}: ${students} pages show “${shownTitle}”, not “${title}”`);
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
