import { batchIntervals } from './batch-intervals.ts';

test('several processes share what one would write and ask', () => {
  expect(batchIntervals({ API_PROCESSES: 1 })).toEqual({ writeMilliseconds: 25, readMilliseconds: 10 });
  expect(batchIntervals({ API_PROCESSES: 4 })).toEqual({ writeMilliseconds: 100, readMilliseconds: 40 });
});

test('nobody waits for longer than a quarter of a second', () => {
  expect(batchIntervals({ API_PROCESSES: 64 })).toEqual({ writeMilliseconds: 250, readMilliseconds: 100 });
});
