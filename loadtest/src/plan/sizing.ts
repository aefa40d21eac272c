/**
 * Live connections for one process: 20,000 files is a usual limit, and the API keeps no other connection for a second
 * request once 60 % of it are in use.
 */
const studentsPerProcess = 14_000;

export interface Sizes {
  apiProcesses: number;
  workerProcesses: number;
  generators: number;
}

export function sizesFor(students: number): Sizes {
  const processes = Math.ceil(students / studentsPerProcess);
  return { apiProcesses: processes, workerProcesses: 1, generators: processes };
}
