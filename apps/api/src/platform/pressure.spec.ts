import { Pressure } from './pressure.ts';

test('three slow seconds are pressure; a quick one ends it, and for a while a single slow one brings it back', () => {
  const pressure = new Pressure();
  const seen = [5, 150, 20, 150, 150, 300, 300, 20, 150, 20, 20, 150, 20].map((turn) => {
    pressure.note(turn);
    return pressure.isHigh;
  });
  const highAt = seen.flatMap((isHigh, second) => (isHigh ? [second] : []));
  expect(highAt).toEqual([5, 6, 8]);
});

test('a loop that does nothing else is under pressure, and recovers', async () => {
  const pressure = new Pressure();
  pressure.onModuleInit();
  const until = Date.now() + 6_000;
  const work = (): void => {
    const turnEnds = performance.now() + 150;
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
