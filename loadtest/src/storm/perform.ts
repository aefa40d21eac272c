import { sizesFor } from '../plan/sizing.ts';
import type { Options } from '../options.ts';
import { describeMachine } from '../report/machine.ts';
import type { Summary } from '../report/summary.ts';
import { startLocalSystem } from '../system/local-system.ts';
import { reachRemoteSystem } from '../system/remote-system.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { smokeLimits, type Limits } from '../verdict/limits.ts';
import { many, type Say } from '../terminal/say.ts';
import { playStorm, type StormOptions } from './storm.ts';
import { summarise } from './summarise.ts';

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
      say: (line) => say.line(line),
    },
    cleanUp,
  );
}

export function stormOptions(options: Options): StormOptions {
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
  };
}

/** For each API process. */
const rehearsing = 300;

/**
 * An event of its own, neither measured nor judged. V8 compiles what runs often: processes that have never answered
 * anybody, and a generator that has never asked, need three times the CPU in their first seconds.
 */
export async function rehearse(system: SystemUnderTest, options: Options, say: Say): Promise<void> {
  // Another deployment is not filled with what nobody asked for.
  if (!system.sharesMachine || options.smoke) return;
  const students = Math.min(system.people.length, rehearsing * (system.apiProcesses ?? 1));
  say.line(`A rehearsal with ${many(students)} students`);
  const event = {
    students,
    profile: 'even' as const,
    arriveWithinSeconds: 15,
    holdSeconds: 0,
    leaveWithinSeconds: 5,
    cut: false,
  };
  await playStorm(system, { ...stormOptions(options), ...event }, say);
}

export interface Particulars {
  limits?: Partial<Limits>;
  /** A module that each generator loads first. */
  preload?: string | undefined;
}

/** Plays one event and judges it. */
export async function perform(
  system: SystemUnderTest,
  options: Options,
  command: string,
  say: Say,
  { limits = {}, preload }: Particulars = {},
): Promise<Summary> {
  const machine = describeMachine();
  const { students, arriveWithinSeconds, profile, checkInP99 } = options;
  say.line(`${students.toLocaleString('en')} students arrive within ${arriveWithinSeconds} s (${profile})`);
  const storm = await playStorm(system, stormOptions(options), say, preload);
  say.line('Comparing every answer with the database');
  const asked = checkInP99 === null ? {} : { checkInP99, because: 'As asked for' };
  return summarise(storm, {
    system,
    machine,
    command,
    limits: { ...(options.smoke ? smokeLimits : {}), ...limits, ...asked },
  });
}
