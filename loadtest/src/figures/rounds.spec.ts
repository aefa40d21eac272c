import { fittedLine, median } from './rounds.ts';

test('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('a line through points, and how much of them it explains', () => {
  expect(
    fittedLine([
      [1, 5],
      [2, 7],
      [10, 23],
    ]),
  ).toEqual({ intercept: 3, slope: 2, explained: 1 });
  const bent = fittedLine([
    [0, 0],
    [1, 1],
    [2, 4],
    [3, 9],
  ]);
  expect(bent.slope).toBeCloseTo(3);
  expect(bent.explained).toBeCloseTo(0.918, 2);
});
