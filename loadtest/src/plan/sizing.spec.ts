import { sizesFor } from './sizing.ts';

test.each([
  [10_000, 30, 'even', 1],
  [10_000, 10, 'even', 1],
  [30_000, 180, 'even', 2],
  [33_000, 180, 'overload', 3],
  [100_000, 600, 'even', 6],
] as const)('%d students within %d s, %s: %d processes of each kind', (students, seconds, profile, processes) => {
  expect(sizesFor(students, seconds, profile)).toMatchObject({ apiProcesses: processes, generators: processes });
});
