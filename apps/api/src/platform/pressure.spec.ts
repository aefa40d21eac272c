import { Pressure } from './pressure.ts';

test('four slow seconds are pressure; a quick one ends it, and for a while a single slow one brings it back', () => {
  const pressure = new Pressure();
  const seen = [5, 250, 20, 250, 250, 400, 400, 400, 20, 250, 20, 20, 250, 20].map((turn) => {
    pressure.note(turn);
    return pressure.isHigh;
  });
  const highAt = seen.flatMap((isHigh, second) => (isHigh ? [second] : []));
  expect(highAt).toEqual([6, 7, 9]);
});

test('a loop that does nothing else is under pressure, and recovers', async () => {
  const pressure = new Pressure();
  pressure.onModuleInit();
  const until = Date.now() + 10_000;
  const work = (): void => {
    const turnEnds = performance.now() + 250;
    while (performance.now() < turnEnds);
    if (!pressure.isHigh && Date.now() < until) setImmediate(work);
  };
  work();
  while (!pressure.isHigh && Date.now() < until) await new Promise(setImmediate);
  expect(pressure.isHigh).toBe(true);
  while (pressure.isHigh && Date.now() < until + 6_000) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(pressure.isHigh).toBe(false);
  pressure.onApplicationShutdown();
});
