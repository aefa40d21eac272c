import { randomBytes } from 'node:crypto';
import type { LiveEventState } from '@exco/contracts';
import type { LiveEvent, RosterRow } from '@exco/persistence';

/** Several test files may share one database: each of them makes students and classes of its own. */
const file = randomBytes(3).toString('hex');
let students = 0;
let classSections = 0;

/** A student of their own: no two share a username or, up to six thousand, their digits. */
export function aStudent(given: Partial<RosterRow> = {}): RosterRow {
  const number = ++students;
  return {
    username: `pupil.${file}.${number}.${3000 + (number % 6000)}`,
    displayName: `Zoë O’Neill the ${number}.`,
    className: null,
    ...given,
  };
}

/** A class of so many students, as the rows of a roster. */
export function aClassSection(size: number, given: Partial<RosterRow> = {}): RosterRow[] {
  const className = `Class ${file} ${++classSections}`;
  return Array.from({ length: size }, () => aStudent({ className, ...given }));
}

const minute = 60_000;

/** Where `now` lies in the life of the event, in minutes from each of its four times. */
const minutesUntil: Record<LiveEventState, [opens: number, starts: number, ends: number, closes: number]> = {
  scheduled: [10, 20, 80, 140],
  open: [-10, 20, 80, 140],
  live: [-20, -10, 50, 110],
  ended: [-80, -70, -10, 50],
  closed: [-140, -130, -70, -10],
};

/** An event that is in this state now. */
export function aLiveEvent(
  state: LiveEventState = 'open',
  given: Partial<LiveEvent> = {},
): Omit<LiveEvent, 'id' | 'revision'> {
  const [opensAt, startsAt, endsAt, closesAt] = minutesUntil[state].map(
    (minutes) => new Date(Date.now() + minutes * minute),
  );
  if (!opensAt || !startsAt || !endsAt || !closesAt) throw new Error(`no times for ${state}`);
  return {
    title: 'Winter assembly',
    streamUrl: 'https://stream.example/live.m3u8',
    fallbackStreamUrl: null,
    preparesAt: null,
    opensAt,
    startsAt,
    endsAt,
    closesAt,
    minimumKbps: 500,
    ...given,
  };
}
