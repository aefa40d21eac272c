import { describeMachine } from '../report/machine.ts';
import { mergeErrors, otherCores, violationsOf } from '../report/summarise.ts';
import { runScenario, type ScenarioRun } from '../scenario/scenario.ts';
import { commitFault } from '../self-test/database-faults.ts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import { pause } from '../terminal/pause.ts';
import type { Say } from '../terminal/say.ts';
import type { Breakable } from './breakable.ts';
import type { Broken, Expectation, Experiment } from './fault.ts';
import { judge, type Outcome } from './outcome.ts';
import { acknowledgedShare, allCommittedAfter, longestWithoutService } from './service.ts';

/** The fault strikes when all is well. */
const strikesAfterSeconds = 4;

/**
 * @param seed one of its own for each event on a system: the same students who mistype the same digits once more would be
 * locked
 */
export function scenarioOf(students: number, seed: number, arriveWithinSeconds: number): ScenarioOptions {
  return {
    students,
    arriveWithinSeconds,
    profile: 'even',
    seed,
    pace: 0.05,
    images: false,
    holdSeconds: 0,
    leaveWithinSeconds: 2,
    generators: 1,
    cut: false,
    slowDatabase: false,
    interventions: false,
    adminWork: false,
    waitForSeconds: 0,
    movesOpeningBySeconds: 0,
    checked: true,
    faults: {},
  };
}

/** When it was broken and when it was mended, milliseconds since 1970. */
interface Struck {
  proof: string | null;
  brokenAt: number;
  mendedAt: number;
  /** Null: it is mended. */
  leftBroken: Broken | null;
}

async function strike<P>({ parts }: Breakable<P>, experiment: Experiment<P>, say: Say): Promise<Struck> {
  const brokenAt = Date.now();
  const broken = await experiment.strike(parts);
  const { staysBroken = false } = experiment;
  let proof: string | null = null;
  try {
    await pause(experiment.forSeconds * 1_000);
    proof = await broken.proof();
  } finally {
    // Whatever happens, the next experiment finds a whole system.
    if (!staysBroken) await broken.mend();
  }
  say.line(`  ${proof ?? 'no proof that it struck'}`);
  return { proof, brokenAt, mendedAt: Date.now(), leftBroken: staysBroken ? broken : null };
}

function outcomeOf(run: ScenarioRun, struck: Struck, experiment: Expectation, version: string): Outcome {
  const { log, recorded } = run.collected;
  // Whose plan is to close the browser in the middle of the request is no student without an answer.
  const vanish = new Set(run.plans.filter(({ vanishes }) => vanishes).map(({ userId }) => userId));
  const tries = log.checkIns.filter(({ actorId }) => !vanish.has(actorId));
  const acknowledged = new Map<number, boolean>();
  for (const { results } of log.checkIns)
    for (const { userId, outcome } of results ?? [])
      if (['checked-in', 'already-checked-in', 'queued'].includes(outcome))
        acknowledged.set(userId, (acknowledged.get(userId) ?? false) || outcome !== 'queued');
  const { proof, brokenAt, mendedAt } = struck;
  const until = run.startedAt + run.options.arriveWithinSeconds * 1_000;
  const taken = otherCores(run, until, describeMachine());
  return judge(
    experiment,
    {
      name: experiment.name,
      at: new Date(run.startedAt).toISOString(),
      version,
      proof,
      requests: log.checkIns.length,
      acknowledged: acknowledged.size,
      queued: [...acknowledged.values()].filter((committed) => !committed).length,
      rows: run.rows.length,
      longestWithoutService: longestWithoutService(tries, until),
      longestWithout200: longestWithoutService(tries, until, ({ status }) => status === 200),
      shareFromThirdSecond: acknowledgedShare(tries, brokenAt + 3_000, mendedAt),
      all200After: allCommittedAfter(tries, mendedAt),
      othersShare: taken && taken.used / taken.of,
    },
    violationsOf(run, true),
    mergeErrors(recorded),
  );
}

/** One event, in the middle of which something is broken. @throws Error when the run could not be brought to its end */
export async function performExperiment<P>(
  system: Breakable<P>,
  experiment: Experiment<P>,
  options: ScenarioOptions,
  version: string,
  say: Say,
): Promise<Outcome> {
  let struck: Struck | undefined;
  const quiet: Say = { line: () => undefined, progress: (text) => say.progress(text) };
  const run = await runScenario(system, options, quiet, {
    whileTheyCome: async (startedAt) => {
      await pause(Math.max(0, startedAt + strikesAfterSeconds * 1_000 - Date.now()));
      struck = await strike(system, experiment, say);
    },
    whileTheyWatch: async (eventId) => {
      for (const fault of experiment.falsifies ?? []) await commitFault(system.source, fault, eventId);
    },
  });
  if (!struck) throw new Error('the experiment was not carried out');
  await struck.leftBroken?.mend();
  return outcomeOf(run, struck, experiment, version);
}
