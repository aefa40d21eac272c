import { crowdDelay } from './crowd';

const opensAt = '2026-11-22T09:00:00.000Z';
const after = (milliseconds: number) => Date.parse(opensAt) + milliseconds;

describe('crowdDelay', () => {
  it('spreads those who waited for the moment', () => {
    expect(crowdDelay(opensAt, after(0), 30, () => 0.5)).toBe(750);
    expect(crowdDelay(opensAt, after(4_999), 30, () => 1)).toBe(1_500);
  });

  it('spreads a large crowd over more time', () => {
    expect(crowdDelay(opensAt, after(0), 30_000, () => 0.5)).toBe(15_000);
  });

  it('does not hold up who comes later', () => {
    expect(crowdDelay(opensAt, after(5_000), 30_000, () => 1)).toBe(0);
    expect(crowdDelay(opensAt, after(-60_000), 30_000, () => 1)).toBe(0);
  });
});
