import { longestTestMilliseconds, measured, nextLoad, type Loads } from './connection-test.ts';
import { comparedWith, kbps, kbpsBetween, median, type Sample } from './speed.ts';

const minimum = 500;
const atSpeed = (speed: number, kilobytes: number, wasted = 0): Sample => ({
  bytes: kilobytes * 1000,
  milliseconds: wasted + (kilobytes * 8000) / speed,
});

/** Runs the whole test against a line; gives the sizes loaded and the result. */
function testLine(load: (kilobytes: number) => Sample) {
  const small: Sample[] = [];
  const large: Sample[] = [];
  const loads: Loads = { small, large };
  const sizes: number[] = [];
  for (let size = nextLoad(loads, minimum); size !== null; size = nextLoad(loads, minimum)) {
    sizes.push(size);
    (size === 64 ? small : large).push(load(size));
  }
  return { sizes, result: measured(loads, minimum), samples: [...small, ...large] };
}

describe('the connection test', () => {
  it('measures a fast line with three small loads', () => {
    const { sizes, result } = testLine((kilobytes) => atSpeed(2_000, kilobytes));
    expect(result).toEqual({ kbps: 2_000, bytes: 192_000 });
    expect(sizes).toEqual([64, 64, 64]);
  });

  it('goes on below four times the minimum, until a large load takes a second', () => {
    expect(testLine((kilobytes) => atSpeed(1_900, kilobytes)).sizes).toEqual([64, 64, 64, 256]);
  });

  it('lets a line of exactly the minimum pass in spite of the fixed cost of each load, within its time', () => {
    const { result, samples } = testLine((kilobytes) => atSpeed(minimum, kilobytes, 40));
    expect(result).toEqual({ kbps: 500, bytes: 448_000 });
    expect(samples.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeLessThan(longestTestMilliseconds);
  });

  it('loads nothing more on a line far below the minimum', () => {
    const { sizes, result } = testLine((kilobytes) => atSpeed(290, kilobytes));
    expect(result).toEqual({ kbps: 290, bytes: 192_000 });
    expect(sizes).toEqual([64, 64, 64]);
  });

  it('never loads more than 1.3 MB', () => {
    const { result } = testLine((kilobytes) => ({ bytes: kilobytes * 1000, milliseconds: 900 }));
    expect(result.bytes).toBeLessThanOrEqual(1_300_000);
  });

  it('takes the median: one slow start does not fail a good line', () => {
    const speeds = [300, 9_000, 8_000];
    expect(testLine((kilobytes) => atSpeed(speeds.shift() ?? 0, kilobytes)).result.kbps).toBe(8_000);
  });
});

describe('kbps', () => {
  it('counts 1,000 bit in a second as 1 kbps', () => {
    expect(kbps({ bytes: 62_500, milliseconds: 1_000 })).toBe(500);
  });

  it('stays finite when a load seems to take no time', () => {
    expect(kbps({ bytes: 64_000, milliseconds: 0 })).toBeCloseTo(5_120_000);
  });
});

describe('kbpsBetween', () => {
  it('leaves out the fixed cost of each load', () => {
    expect(kbps(atSpeed(500, 64, 100))).toBeLessThan(460);
    expect(kbpsBetween(atSpeed(500, 64, 100), atSpeed(500, 256, 100))).toBe(500);
  });

  it('is the speed of the large load when the small one was slower', () => {
    const large = { bytes: 256_000, milliseconds: 100 };
    expect(kbpsBetween({ bytes: 64_000, milliseconds: 300 }, large)).toBe(kbps(large));
  });
});

test.each([
  [[900, 100, 500], 500],
  [[900, 100, 500, 300], 300],
  [[7], 7],
  [[], 0],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test.each([
  [493, 500],
  [507, 500],
  [492, 492],
  [509.4, 509],
])('compared with a minimum of 500, %d is %d', (speed, known) => {
  expect(comparedWith(500, speed)).toBe(known);
});
