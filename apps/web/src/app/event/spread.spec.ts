import { spreadDelay } from './spread';

const opensAt = '2026-11-22T09:00:00.000Z';
const after = (milliseconds: number) => Date.parse(opensAt) + milliseconds;

describe('spreadDelay', () => {
  it('spreads the pages that waited for the moment', () => {
    expect(spreadDelay(opensAt, after(0), 30, () => 0.5)).toBe(750);
    expect(spreadDelay(opensAt, after(4_999), 30, () => 1)).toBe(1_500);
  });

  it('spreads many pages over more time', () => {
    expect(spreadDelay(opensAt, after(0), 30_000, () => 0.5)).toBe(15_000);
  });

  it('does not delay a page that comes later', () => {
    expect(spreadDelay(opensAt, after(5_000), 30_000, () => 1)).toBe(0);
    expect(spreadDelay(opensAt, after(-60_000), 30_000, () => 1)).toBe(0);
  });
});
