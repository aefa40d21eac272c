import { Pressure } from './pressure.ts';

test('two slow seconds in a row are pressure, and one quick second ends it', () => {
  const pressure = new Pressure();
  const seen = [5, 150, 20, 150, 150, 300, 20].map((turn) => {
    pressure.note(turn);
    return pressure.isHigh;
  });
  expect(seen).toEqual([false, false, false, false, true, true, false]);
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
