import type { JourneyCeiling, Summary } from '../report/summary.ts';
import type { Options } from '../plan/options.ts';
import { ServingProcess } from '../processes/child-process.ts';
import { scenarioOptions } from '../run/perform.ts';
import { runScenario } from '../scenario/scenario.ts';
import type { RosterStudent } from '../plan/user-plan.ts';
import { Admin } from '../system/admin.ts';
import type { Watched } from '../system/processes.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { demoPeople } from './demo-people.ts';
import type { Say } from '../terminal/say.ts';
import type { BareServer } from './bare-server.ts';

const program = new URL('bare-server.ts', import.meta.url);
const name = 'bare server';
const warmUpStudents = 300;

interface BareFigures {
  /** Of CPU, for each student. */
  milliseconds: number;
  kilobytesPerSocket: number;
}

/** What a bare server needs for the students of this run. */
async function bareJourney(options: Options, say: Say): Promise<BareFigures> {
  const people = demoPeople(options.students, options.seed);
  await using server = new ServingProcess<BareServer>(program, {
    execArgv: ['--max-old-space-size=2048', '--max-semi-space-size=64'],
  });
  const port = await server.call('listen', people);
  const system = untestedSystem(`http://127.0.0.1:${port}`, people, [{ name, pid: server.pid }]);
  const scenario = { ...scenarioOptions(options), interventions: false, checked: false };
  const short = {
    students: Math.min(warmUpStudents, options.students),
    arriveWithinSeconds: 10,
    profile: 'even' as const,
  };
  await runScenario(system, { ...scenario, ...short, holdSeconds: 0, leaveWithinSeconds: 2 }, say);
  const { cpuSeconds, memoryBefore, memoryHeld, socketsHeld } = await runScenario(system, scenario, say);
  const held = (memoryHeld[name] ?? 0) - (memoryBefore[name] ?? 0);
  return {
    milliseconds: ((cpuSeconds[name] ?? 0) * 1_000) / options.students,
    kilobytesPerSocket: (held * 1_024) / Math.max(1, socketsHeld),
  };
}

/** Right after a run, on the same machine. */
export async function compareWithBareServer(
  { cost }: Summary,
  options: Options,
  say: Say,
): Promise<JourneyCeiling | null> {
  const product = cost.serverCpuMillisecondsPerStudent;
  if (product === null) return null;
  say.line('The same students against a bare server');
  const bare = await bareJourney(options, say);
  const { milliseconds, kilobytesPerSocket } = bare;
  return {
    product,
    bare: milliseconds,
    ratio: product / milliseconds,
    kilobytesPerSocket: { product: cost.kilobytesPerSocket, bare: kilobytesPerSocket },
    students: options.students,
  };
}

/** A server of the benchmark: it keeps nothing that answers could be compared with. */
export function untestedSystem(url: string, people: RosterStudent[], processes: Watched[]): SystemUnderTest {
  return {
    url,
    admin: new Admin(url, 'none'),
    attendance: {
      source: 'none',
      rows: () => Promise.resolve([]),
      totals: () => Promise.resolve({ checkedIn: 0, checkedOut: 0 }),
      counter: () => Promise.resolve(null),
    },
    sharesMachine: true,
    ownData: true,
    apiProcesses: 1,
    workerProcesses: 0,
    people,
    processes: () => processes,
    work: () => Promise.resolve(null),
    statements: null,
    database: null,
    restartApi: null,
  };
}
