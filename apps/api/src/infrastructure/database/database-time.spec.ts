import type { DataSource } from 'typeorm';
import { CorrectedClock } from '../clock.ts';
import { Metrics } from '../observability/metrics.ts';
import { DatabaseTime } from './database-time.ts';

let ahead: number;
let delay: number;
let clock: CorrectedClock;
let metrics: Metrics;
let time: DatabaseTime;
let monotonic = 0;
/** Answers `delay` ms after the question; what it says is by a clock that is `ahead`, half way between the two. */
function databaseOf(as: () => { ahead: number; delay: number }): DataSource {
  const query = () => {
    const { ahead, delay } = as();
    const now = String(Date.now() + delay / 2 + ahead);
    monotonic += delay;
    return Promise.resolve([{ now }]);
  };
  return { query } as unknown as DataSource;
}

beforeEach(async () => {
  ahead = 0;
  delay = 2;
  clock = Object.assign(new CorrectedClock(), { monotonic: () => monotonic });
  metrics = new Metrics();
  time = new DatabaseTime(
    databaseOf(() => ({ ahead, delay })),
    clock,
    metrics,
  );
  await time.onModuleInit();
});

const near = (difference: number) => difference > -5 && difference < 5;

test('clocks that agree, as far as can be measured, are left alone', async () => {
  ahead = 40;
  await time.measure();
  expect(clock.difference).toBe(0);
});

test('an answer that took long in one direction alone moves no clock that may well be right', async () => {
  time = new DatabaseTime(
    databaseOf(() => ({ ahead: -150, delay: 300 })),
    clock,
    new Metrics(),
  );
  await time.onModuleInit();
  expect(clock.difference).toBe(0);
});

test.each([90_000, -3_000, 501])(
  'a database that is %d ms ahead: its time counts, and the metric says so',
  async (by) => {
    ahead = by;
    await time.measure();
    expect(near(clock.difference - by)).toBe(true);
    expect(near(clock.now() - Date.now() - by)).toBe(true);
    const [metric] = (await metrics.registry.getMetricsAsJSON()).filter(
      ({ name }) => name === 'exco_clock_difference_seconds',
    );
    expect(near((metric?.values[0]?.value ?? 0) * 1_000 - by)).toBe(true);
  },
);

test('the quickest of the last answers counts: one that was kept waiting does not move the clock', async () => {
  ahead = 1_000;
  await time.measure();
  delay = 400;
  ahead = 1_150;
  await time.measure();
  expect(near(clock.difference - 1_000)).toBe(true);
});
