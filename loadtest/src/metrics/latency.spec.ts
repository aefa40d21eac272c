import { Latencies, percentilesOf, tailOf } from './latency.ts';

test('histograms of several processes become one', () => {
  const one = new Latencies();
  const other = new Latencies();
  for (let value = 1; value <= 500; value++) one.record('check-in', value);
  for (let value = 501; value <= 1_000; value++) other.record('check-in', value);
  const all = new Latencies();
  all.merge(one.pack());
  all.merge(other.pack());
  const { count, p50, p99, max } = percentilesOf(all.of('check-in'));
  expect(count).toBe(1_000);
  for (const [figure, expected] of [
    [p50, 500],
    [p99, 990],
    [max, 1_000],
  ] as const)
    expect(Math.abs(figure - expected) / expected).toBeLessThan(0.002);
  expect(all.of('stream').totalCount).toBe(0);
});

test('the tail never falls, and ends at the slowest', () => {
  const latencies = new Latencies();
  for (let value = 1; value <= 2_000; value++) latencies.record('check-in', value);
  const tail = tailOf(latencies.of('check-in')).map(([, milliseconds]) => milliseconds);
  expect(tail).toEqual([...tail].sort((a, b) => a - b));
  expect(tail.at(-1)).toBeGreaterThan(1_990);
});

test('nothing takes longer than can be recorded', () => {
  const latencies = new Latencies();
  latencies.record('check-in', 1e9);
  expect(percentilesOf(latencies.of('check-in')).max).toBeGreaterThan(119_000);
});
