import type { Random } from './random.ts';

/**
 * even: the same rate throughout. spike: a rush at the start that fades, peak five times the mean. ramp: from nothing,
 * rising steadily to twice the mean. wave: three swells, each up to twice the mean. overload: 95 % rush in within the
 * first sixth of the time, three times what the machine carries, so that their turn takes half of it; nobody comes until
 * two thirds are over, and the rest in the last: they must find the system at full speed. opening: four fifths come
 * evenly before check-in opens, the rest within half a minute after it; the whole time is the sum of both.
 */
export const profiles = ['even', 'spike', 'ramp', 'wave', 'overload', 'opening'] as const;
export type Profile = (typeof profiles)[number];

const steepness = 5;
const swells = 3;
const rush = 0.95;

/** By which share of the time a share of the students has arrived. */
type TimeOf = (share: number, seconds: number) => number;

/** Solves x − sin(2π·k·x)/(2π·k) = share, which rises throughout, by halving. */
function timeInWave(share: number): number {
  const angular = 2 * Math.PI * swells;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (middle - Math.sin(angular * middle) / angular < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const beforeOpening = 0.8;
const afterOpeningSeconds = 30;

function timeAroundOpening(share: number, seconds: number): number {
  const opening = Math.max(0, 1 - afterOpeningSeconds / seconds);
  return share < beforeOpening
    ? (share / beforeOpening) * opening
    : opening + ((share - beforeOpening) / (1 - beforeOpening)) * (1 - opening);
}

const faded = 1 - Math.exp(-steepness);

const times: Record<Profile, TimeOf> = {
  even: (share) => share,
  spike: (share) => -Math.log(1 - share * faded) / steepness,
  ramp: Math.sqrt,
  wave: timeInWave,
  opening: timeAroundOpening,
  overload: (share) => (share < rush ? share / rush : 4 + (2 * (share - rush)) / (1 - rush)) / 6,
};

/**
 * When each student arrives, in milliseconds from the start, in order. Chosen beforehand and never by the answers:
 * a Poisson process of the profile's rate, given that there are so many arrivals, by inversion of its distribution.
 */
export function arrivals(profile: Profile, students: number, seconds: number, random: Random): number[] {
  const timeOf = times[profile];
  return Array.from({ length: students }, () => timeOf(random(), seconds) * seconds * 1000).sort(
    (one, other) => one - other,
  );
}
