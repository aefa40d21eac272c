import { comparedWith, inPlainWords, kbps, kbpsBetween, median } from './speed';

describe('kbps', () => {
  it('counts 1,000 bit in a second as 1 kbps', () => {
    expect(kbps({ bytes: 62_500, milliseconds: 1_000 })).toBe(500);
  });

  it('stays finite when a load seems to take no time', () => {
    expect(kbps({ bytes: 64_000, milliseconds: 0 })).toBeCloseTo(5_120_000);
  });
});

describe('kbpsBetween', () => {
  const load = (kilobytes: number, gettingUnderWay: number) => ({
    bytes: kilobytes * 1000,
    milliseconds: gettingUnderWay + (kilobytes * 8000) / 500,
  });

  it('leaves out what each load spends on getting under way', () => {
    expect(kbps(load(64, 100))).toBeLessThan(460);
    expect(kbpsBetween(load(64, 100), load(256, 100))).toBe(500);
  });

  it('is the speed of the large load when the small one was slower', () => {
    const large = { bytes: 256_000, milliseconds: 100 };
    expect(kbpsBetween({ bytes: 64_000, milliseconds: 300 }, large)).toBe(kbps(large));
  });
});

describe('median', () => {
  it.each([
    [[900, 100, 500], 500],
    [[900, 100, 500, 300], 300],
    [[7], 7],
    [[], 0],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

describe('comparedWith', () => {
  it.each([
    [493, 500],
    [507, 500],
    [492, 492],
    [509.4, 509],
  ])('a minimum of 500: %d is %d', (speed, known) => {
    expect(comparedWith(500, speed)).toBe(known);
  });
});

describe('inPlainWords', () => {
  it.each([
    [497, '497 kbit/s'],
    [1_000, '1 Mbit/s'],
    [4_240, '4.2 Mbit/s'],
    [840_000, '840 Mbit/s'],
    [5_100_000, 'over 1,000 Mbit/s'],
  ])('says %d kbps as %s', (speed, words) => {
    expect(inPlainWords(speed)).toBe(words);
  });
});
