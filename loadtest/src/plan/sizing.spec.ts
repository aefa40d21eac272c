import { sizesFor } from './sizing.ts';

test.each([
  [10_000, 30, 1],
  [10_000, 10, 1],
  [30_000, 180, 2],
  [33_000, 90, 3],
  [100_000, 600, 6],
])('%d students within %d s: %d processes of each kind', (students, seconds, processes) => {
  expect(sizesFor(students, seconds)).toMatchObject({ apiProcesses: processes, generators: processes });
});
