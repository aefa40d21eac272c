import { returnSpread, spreadDelay, spreadMilliseconds } from './pacing.ts';

const opensAt = '2026-11-22T09:00:00.000Z';
const after = (milliseconds: number) => Date.parse(opensAt) + milliseconds;

describe('spreadDelay', () => {
  it('spreads those who waited for the moment', () => {
    expect(spreadDelay(opensAt, after(0), 30, () => 0.5)).toBe(750);
    expect(spreadDelay(opensAt, after(4_999), 30, () => 1)).toBe(1_500);
  });

  it('spreads more pages over more time', () => {
    expect(spreadDelay(opensAt, after(0), 30_000, () => 0.5)).toBe(15_000);
    expect(spreadMilliseconds(30_000)).toBe(30_000);
  });

  it('does not delay who comes later or earlier', () => {
    expect(spreadDelay(opensAt, after(5_000), 30_000, () => 1)).toBe(0);
    expect(spreadDelay(opensAt, after(-60_000), 30_000, () => 1)).toBe(0);
  });
});

test('the return of a line: few go on at once, thousands are spread, and each goes on within 3 s', () => {
  expect([0, 30, 1_000, 2_000, 10_000].map(returnSpread)).toEqual([0, 30, 1_000, 2_000, 2_000]);
  expect(returnSpread(null)).toBe(1_500);
});
