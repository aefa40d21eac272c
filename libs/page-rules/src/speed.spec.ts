import { comparedWith, kbps } from './speed.ts';

describe('kbps', () => {
  it('counts 1,000 bit in a second as 1 kbps', () => {
    expect(kbps({ bytes: 62_500, milliseconds: 1_000 })).toBe(500);
  });

  it('stays finite when a load seems to take no time', () => {
    expect(kbps({ bytes: 64_000, milliseconds: 0 })).toBeCloseTo(5_120_000);
  });
});

test.each([
  [493, 500],
  [507, 500],
  [492, 492],
  [509.4, 509],
])('compared with a minimum of 500, %d is %d', (speed, known) => {
  expect(comparedWith(500, speed)).toBe(known);
});
