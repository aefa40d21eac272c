import { sizesFor } from '../plan/sizing.ts';
import type { Options } from '../plan/options.ts';
import { describeMachine } from '../report/machine.ts';
import type { Summary } from '../report/summary.ts';
import { startLocalSystem } from '../system/local-system.ts';
import { reachRemoteSystem } from '../system/remote-system.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { smokeThresholds, type Thresholds } from '../thresholds/thresholds.ts';
import { many, type Say } from '../terminal/say.ts';
import { runScenario } from '../scenario/scenario.ts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import { summarise } from '../report/summarise.ts';

/** The system that the options ask for, ready for its students. */
export async function systemFor(options: Options, say: Say, cleanUp: AsyncDisposableStack): Promise<SystemUnderTest> {
  const { students, arriveWithinSeconds, profile, url, adminToken } = options;
  if (url !== null && adminToken !== null)
    return reachRemoteSystem({ url, adminToken, rosterFile: options.roster, students, seed: options.seed }, say);
  const sizes = sizesFor(students, arriveWithinSeconds, profile);
  return startLocalSystem(
    {
      students,
      seed: options.seed,
      apiProcesses: options.apiProcesses ?? sizes.apiProcesses,
      workerProcesses: options.workerProcesses ?? sizes.workerProcesses,
      history: options.history,
      statements: options.statements,
      say: (line) => say.line(line),
    },
    cleanUp,
  );
}

export function scenarioOptions(options: Options): ScenarioOptions {
  const { students, arriveWithinSeconds, profile, seed, pace, images, holdSeconds, leaveWithinSeconds } = options;
  return {
    students,
    arriveWithinSeconds,
    profile,
    seed,
    pace,
    images,
    holdSeconds,
    leaveWithinSeconds,
    generators: options.generators ?? sizesFor(students, arriveWithinSeconds, profile).generators,
    cut: options.reconnectStorm,
    slowDatabase: options.slowDatabase,
    interventions: true,
    adminWork: options.adminWork,
    waitForSeconds: options.waitForSeconds,
    movesOpeningBySeconds: 0,
    checked: true,
    faults: {},
  };
}

/** For each API process. */
const warmUpStudents = 300;

/**
 * An event of its own, neither measured nor judged. V8 compiles what runs often: processes that have never answered
 * anybody, and a generator that has never asked, need three times the CPU in their first seconds.
 */
export async function warmUp(system: SystemUnderTest, options: Options, say: Say): Promise<void> {
  // Another deployment is not filled with what nobody asked for.
  if (!system.sharesMachine || options.smoke) return;
  const students = Math.min(system.people.length, warmUpStudents * (system.apiProcesses ?? 1));
  say.line(`Warming up with ${many(students)} students`);
  const event = {
    students,
    profile: 'even' as const,
    arriveWithinSeconds: 15,
    holdSeconds: 0,
    leaveWithinSeconds: 5,
    cut: false,
    slowDatabase: false,
    interventions: false,
    adminWork: false,
  };
  await runScenario(system, { ...scenarioOptions(options), ...event }, say);
}

/** What a self-test changes. */
export interface Variation {
  thresholds?: Partial<Thresholds>;
  scenario?: Partial<ScenarioOptions>;
  tamper?: (eventId: number) => Promise<unknown>;
}

/** Runs one event and judges it. */
export async function perform(
  system: SystemUnderTest,
  options: Options,
  command: string,
  say: Say,
  { thresholds = {}, scenario = {}, tamper }: Variation = {},
): Promise<Summary> {
  const machine = describeMachine();
  const { students, arriveWithinSeconds, profile, checkInP99 } = options;
  const within =
    profile === 'opening'
      ? `wait for the opening in ${options.waitForSeconds} s`
      : `arrive within ${arriveWithinSeconds} s`;
  say.line(`${students.toLocaleString('en')} students ${within} (${profile})`);
  const run = await runScenario(system, { ...scenarioOptions(options), ...scenario }, say, { whileTheyWatch: tamper });
  say.line('Comparing every answer with the database');
  const asked = checkInP99 === null ? {} : { checkInP99, because: 'As asked for' };
  return summarise(run, {
    system,
    machine,
    command,
    thresholds: { ...(options.smoke ? smokeThresholds : {}), ...thresholds, ...asked },
  });
}
