import type { Profile } from './arrivals.ts';

/**
 * Connections for one process: 20,000 files is a usual limit, and the API keeps no connection for a second request once
 * 85 % of it are in use.
 */
const connectionsPerProcess = 17_000;
/** Beside the live connections there are those of the requests of so many seconds’ arrivals, where they are densest. */
const busySeconds = 5;
const peakToMean: Record<Profile, number> = { even: 1, spike: 5, ramp: 2, wave: 2, overload: 6, opening: 1 };

export interface Sizes {
  apiProcesses: number;
  workerProcesses: number;
  generators: number;
}

export function sizesFor(students: number, arriveWithinSeconds: number, profile: Profile): Sizes {
  const newcomers = Math.min(students, (students / arriveWithinSeconds) * peakToMean[profile] * busySeconds);
  const processes = Math.ceil((students + newcomers) / connectionsPerProcess);
  return { apiProcesses: processes, workerProcesses: 1, generators: processes };
}
