/**
 * Connections for one process: 20,000 files is a usual limit, and the API keeps no connection for a second request once
 * 85 % of it are in use.
 */
const connectionsPerProcess = 17_000;
/** Beside the live connections there are those of the requests of so many seconds’ arrivals. */
const busySeconds = 5;

export interface Sizes {
  apiProcesses: number;
  workerProcesses: number;
  generators: number;
}

export function sizesFor(students: number, arriveWithinSeconds: number): Sizes {
  const newcomers = Math.min(students, (students / arriveWithinSeconds) * busySeconds);
  const processes = Math.ceil((students + newcomers) / connectionsPerProcess);
  return { apiProcesses: processes, workerProcesses: 1, generators: processes };
}
