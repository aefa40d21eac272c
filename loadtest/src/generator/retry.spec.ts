import { retryDelay } from './retry.ts';

test('never earlier than the server asked, and spread over a span that doubles up to half a minute', () => {
  expect(retryDelay(() => 0, 1, 3)).toBe(3_000);
  expect(retryDelay(() => 1, 1, 3)).toBe(5_000);
  expect([1, 2, 3, 4, 5, 9].map((attempt) => retryDelay(() => 1, attempt))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  expect(retryDelay(() => 0.25, 2)).toBe(1_000);
});

test('whoever was told a time does not wait much longer, however often', () => {
  expect(retryDelay(() => 1, 3, 20)).toBe(22_000);
  expect(retryDelay(() => 0.5, 5, 20)).toBe(21_000);
});
