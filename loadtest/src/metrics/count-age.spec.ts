import { countAge, countCurve } from './count-age.ts';

const rows = [1_000, 2_000, 3_000];

test('a page that shows all rows is up to date, however long nothing happens', () => {
  expect(countAge([{ at: 60_000, shown: [[3, 10]] }], rows)).toEqual({ p50: 0, p99: 0, max: 0 });
});

test('what a page shows grows older from the first row that it lacks', () => {
  expect(countAge([{ at: 2_500, shown: [[1, 1]] }], rows)).toEqual({ p50: 500, p99: 500, max: 500 });
  expect(countAge([{ at: 9_000, shown: [[2, 1]] }], rows)?.max).toBe(6_000);
});

test('pages and looks weigh alike', () => {
  const ticks = [
    {
      at: 2_500,
      shown: [
        [2, 99],
        [1, 1],
      ] as [number, number][],
    },
    { at: 2_600, shown: [[2, 100]] as [number, number][] },
  ];
  expect(countAge(ticks, rows)).toEqual({ p50: 0, p99: 0, max: 500 });
});

test('before the first row there is nothing to be late with', () => {
  expect(
    countAge(
      [
        { at: 900, shown: [[0, 5]] },
        { at: 1_200, shown: [[0, 5]] },
      ],
      rows,
    ),
  ).toEqual({ p50: 200, p99: 200, max: 200 });
});

test('pages that show nothing prove nothing', () => {
  expect(countAge([{ at: 2_500, shown: [] }], rows)).toBeNull();
});

test('the curve: attendance, the middle page and the slowest hundredth, of all generators together', () => {
  const ticks = [
    { at: 2_100, shown: [[2, 60]] as [number, number][] },
    {
      at: 2_120,
      shown: [
        [2, 38],
        [1, 2],
      ] as [number, number][],
    },
  ];
  expect(countCurve(ticks, rows)).toEqual([{ at: 2_250, rows: 2, median: 2, slowest: 1 }]);
});
