/** File descriptors that one process may use for connections, with room for everything else: 20,000 is a usual limit. */
const connectionsPerApi = 17_000;
/** A generator holds as many, and has to be quick besides. */
const studentsPerGenerator = 7_000;
/** Browsers keep a connection until the server closes it; the API does after 10 s, and behind a proxy after 72 s. */
const keptSeconds = 12;

/** Connections at the same time: the live one of each student, and the kept one of each who came lately. */
export function connectionsHeld(students: number, arriveWithinSeconds: number): number {
  return students + Math.min(students, Math.ceil((students / arriveWithinSeconds) * keptSeconds));
}

export interface Sizes {
  apiProcesses: number;
  workerProcesses: number;
  generators: number;
}

export function sizesFor(students: number, arriveWithinSeconds: number): Sizes {
  const held = connectionsHeld(students, arriveWithinSeconds);
  return {
    apiProcesses: Math.ceil(held / connectionsPerApi),
    workerProcesses: 1,
    // Those who left their kept connection behind cost a generator only its socket.
    generators: Math.ceil(Math.max(held / 2, students / 2) / studentsPerGenerator),
  };
}
