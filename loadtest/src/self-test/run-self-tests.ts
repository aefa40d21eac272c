import type { Options } from '../plan/options.ts';
import { printed } from '../report/print.ts';
import { perform } from '../run/perform.ts';
import { startLocalSystem } from '../system/local-system.ts';
import { interruption } from '@exco/local-stack';
import type { Say } from '../terminal/say.ts';
import { commitFault, prepareFault } from './database-faults.ts';
import { objection, selfTests, type SelfTest } from './self-tests.ts';

const small = {
  students: 300,
  arriveWithinSeconds: 6,
  profile: 'even' as const,
  pace: 0.2,
  holdSeconds: 3,
  leaveWithinSeconds: 4,
  generators: 1,
  reconnectStorm: false,
  ceilings: false,
};
/** Students on the roster who do not come. */
const absent = 10;
/** Generous: the machine may be busy with other tests, and speed is not what is tried here. */
const generousP99 = 5_000;

/** Null when the run ended as it had to. */
async function runSelfTest(test: SelfTest, options: Options, say: Say): Promise<string | null> {
  const { database: fault, scenario = {}, checkInP99, strict = false } = test;
  const students = scenario.students ?? small.students;
  const cleanUp = new AsyncDisposableStack();
  try {
    const system = await startLocalSystem(
      {
        students: students + absent,
        seed: options.seed,
        apiProcesses: 1,
        workerProcesses: 1,
        prepare: (database) => prepareFault(database, fault),
        say: () => undefined,
      },
      cleanUp,
    );
    const generous = {
      checkInP99: checkInP99 ?? generousP99,
      countAgeP99: null,
      othersAllowed: true,
      latestArrivals: 10_000,
      busyAllowed: scenario.slowDatabase ?? false,
      because: 'Of this self-test',
    };
    const quiet: Say = { line: () => undefined, progress: (text) => say.progress(text) };
    const run = { ...options, ...small, students, profile: scenario.profile ?? small.profile };
    const summary = await perform(system, run, `--control (${test.name})`, quiet, {
      thresholds: strict ? { ...generous, checkInP99: 250, latestArrivals: 250 } : generous,
      scenario,
      tamper: (eventId) => commitFault(system.source, fault, eventId),
    });
    const why = objection(test, summary);
    return why === null ? null : `${why}\n${printed(summary)}`;
  } finally {
    await cleanUp.disposeAsync();
  }
}

/** Tests of the test. Gives the exit code: 0 only if each run ended as it had to. */
export async function runSelfTests(options: Options, say: Say): Promise<number> {
  let wrong = 0;
  for (const test of selfTests) {
    interruption.throwIfAborted();
    const why = await runSelfTest(test, options, say);
    if (why !== null) wrong++;
    say.line(
      why === null
        ? `✓ ${test.name}: ${test.outcome}${test.violations.length > 0 ? `, ${test.violations.join(' or ')}` : ''}`
        : `✗ ${test.name}: ${why}`,
    );
  }
  say.line(
    wrong === 0
      ? `All ${selfTests.length} runs ended as they had to.`
      : `${wrong} of ${selfTests.length} runs did not end as they had to.`,
  );
  return wrong === 0 ? 0 : 1;
}
