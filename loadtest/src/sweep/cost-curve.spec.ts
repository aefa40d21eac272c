import { predict, type CostPoint } from './cost-curve.ts';

function point(students: number, cpuPerStudent: number): CostPoint {
  return {
    students,
    outcome: 'pass',
    cpuPerStudent,
    cpuByKind: {},
    kilobytesPerStudent: 10,
    redisCommandsPerRow: 1,
    statementsPerRow: 1,
    logSyncsPerRow: 1,
    checkInP50: 1,
    checkInP99: 1,
    busiest: { API: 0.5, worker: 0.1, Redis: 0 },
    perSecond: 100,
  };
}

test('a line is carried on, and says how many machines it takes', () => {
  const { cpuSeconds, memoryMegabytes, machines, cpuExplained, flatness } = predict(
    [point(1_000, 6), point(10_000, 6), point(100_000, 6)],
    1_000_000,
    600,
    { cores: 2, memoryMegabytes: 24_000 },
  );
  expect(cpuSeconds).toBeCloseTo(6_000);
  expect(cpuExplained).toBeCloseTo(1);
  expect(memoryMegabytes).toBeCloseTo((1_000_000 * 10) / 1024);
  // 10 cores' worth of work on 1.4 usable cores a machine.
  expect(machines).toBe(8);
  expect(flatness).toBe(1);
});

test('memory may ask for more machines than CPU', () => {
  expect(
    predict([point(1_000, 0.01), point(2_000, 0.01)], 1_000_000, 600, { cores: 64, memoryMegabytes: 1_000 }).machines,
  ).toBe(14);
});

test('whatever is busiest breaks first', () => {
  expect(
    predict([point(1_000, 5), point(2_000, 6)], 1_000_000, 600, { cores: 2, memoryMegabytes: 24_000 }).mostPerSecond,
  ).toEqual([
    { kind: 'API', perSecond: 200 },
    { kind: 'worker', perSecond: 1_000 },
    { kind: 'Redis', perSecond: Infinity },
  ]);
});
