import { arrivals, profiles, type Profile } from './arrivals.ts';
import { seeded } from './random.ts';

const students = 20_000;
const seconds = 10;

const nth = (counts: readonly number[], index: number): number => counts[index] ?? NaN;

/** How many arrive in each of the ten seconds. */
function perSecond(profile: Profile): number[] {
  const counts = Array<number>(seconds).fill(0);
  for (const at of arrivals(profile, students, seconds, seeded(1)))
    counts[Math.floor(at / 1000)] = nth(counts, Math.floor(at / 1000)) + 1;
  return counts;
}

test.each(profiles)('%s: everyone comes in time, in order, and the same for the same seed', (profile) => {
  const all = arrivals(profile, 1_000, seconds, seeded(7));
  expect(all).toHaveLength(1_000);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...all)).toBeLessThanOrEqual(seconds * 1000);
  expect(all).toEqual([...all].sort((one, other) => one - other));
  expect(all).toEqual(arrivals(profile, 1_000, seconds, seeded(7)));
  expect(all).not.toEqual(arrivals(profile, 1_000, seconds, seeded(8)));
});

test('even: the same rate throughout', () => {
  for (const count of perSecond('even')) expect(Math.abs(count - students / seconds)).toBeLessThan(200);
});

test('spike: begins at five times the mean and fades', () => {
  const counts = perSecond('spike');
  expect(nth(counts, 0) / (students / seconds)).toBeCloseTo(3.96, 0);
  for (let second = 1; second < seconds; second++) expect(nth(counts, second)).toBeLessThan(nth(counts, second - 1));
});

test('ramp: rises steadily to twice the mean', () => {
  const counts = perSecond('ramp');
  expect(nth(counts, 9) / (students / seconds)).toBeCloseTo(1.9, 1);
  expect(nth(counts, 0) / (students / seconds)).toBeCloseTo(0.1, 1);
});

test('wave: three swells with almost nobody between them', () => {
  const lots = arrivals('wave', students, 30, seeded(1));
  const at = (second: number) => lots.filter((one) => Math.floor(one / 1000) === second).length;
  for (const crest of [4, 14, 24]) expect(at(crest)).toBeGreaterThan(1.7 * (students / 30));
  for (const trough of [9, 19, 29]) expect(at(trough)).toBeLessThan(0.2 * (students / 30));
});

test('overload: a rush, a pause, and a few who find out how things are', () => {
  const lots = arrivals('overload', students, 30, seeded(1));
  const between = (from: number, to: number) => lots.filter((at) => at >= from * 1000 && at < to * 1000).length;
  expect(between(0, 5) / students).toBeCloseTo(0.95, 1);
  expect(between(5, 20)).toBe(0);
  expect(between(20, 30) / students).toBeCloseTo(0.05, 1);
});
