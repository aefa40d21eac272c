import { batchIntervals } from './batch-intervals.ts';

test.each([
  ['one process', 1, 25, 100, 20],
  ['several share what one would write and ask', 2, 50, 200, 40],
  ['nobody waits for longer than a quarter of a second', 64, 250, 250, 100],
])('%s', (_, API_PROCESSES, checkInMilliseconds, checkOutMilliseconds, readMilliseconds) => {
  expect(batchIntervals({ API_PROCESSES })).toEqual({ checkInMilliseconds, checkOutMilliseconds, readMilliseconds });
});
