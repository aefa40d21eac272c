import { backoff, mayPass, retryDelay } from './retry.ts';

describe('backoff', () => {
  it('doubles its span up to the longest', () => {
    expect([1, 2, 3, 4, 5, 9].map((attempt) => backoff(attempt, { random: () => 1 }))).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('may be anything within the span', () => {
    expect(backoff(3, { random: () => 0 })).toBe(0);
    expect(backoff(3, { random: () => 0.5 })).toBe(4_000);
  });
});

describe('retryDelay', () => {
  it('is never shorter than the server asked, and spread', () => {
    expect(retryDelay(3_000, 1, () => 0)).toBe(3_000);
    expect(retryDelay(3_000, 1, () => 1)).toBe(5_000);
  });

  it('stays close to what the server asked, and grows without it', () => {
    expect(retryDelay(20_000, 4, () => 1)).toBe(22_000);
    expect(retryDelay(3_000, 4, () => 1)).toBe(16_000);
    expect(retryDelay(0, 2, () => 0.25)).toBe(1_000);
  });
});

describe('mayPass', () => {
  it('is true for no answer, an error of the server and overload, and for nothing else', () => {
    expect([0, 200, 400, 401, 409, 422, 429, 500, 503].filter(mayPass)).toEqual([0, 500, 503]);
  });
});
