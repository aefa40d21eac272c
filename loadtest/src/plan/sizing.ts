import { crowdMilliseconds } from '../generator/retry.ts';

/** File descriptors that one process may use for connections, with room for everything else: 20,000 is a usual limit. */
const connectionsPerProcess = 17_000;
/** Browsers keep a connection until the server closes it; the API does after 10 s, and behind a proxy after 72 s. */
const keptSeconds = 12;

/** Connections at the same time: the live one of each student, and the kept one of each who came, or asked at the end, lately. */
export function connectionsHeld(students: number, arriveWithinSeconds: number): number {
  const together = Math.min(arriveWithinSeconds, crowdMilliseconds(students) / 1000);
  return students + Math.min(students, Math.ceil((students / together) * keptSeconds));
}

export interface Sizes {
  apiProcesses: number;
  workerProcesses: number;
  generators: number;
}

export function sizesFor(students: number, arriveWithinSeconds: number): Sizes {
  const processes = Math.ceil(connectionsHeld(students, arriveWithinSeconds) / connectionsPerProcess);
  return { apiProcesses: processes, workerProcesses: 1, generators: processes };
}
