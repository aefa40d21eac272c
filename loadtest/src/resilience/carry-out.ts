import { runScenario } from '../scenario/scenario.ts';
import { interruption } from '@exco/local-stack';
import type { Say } from '../terminal/say.ts';
import { startBreakableSystem, type BreakableSystem } from './breakable-system.ts';
import type { Experiment } from './fault.ts';
import { inSeconds, judge, type Outcome } from './outcome.ts';
import { arrivalSeconds, performExperiment, scenarioOf } from './perform-experiment.ts';
import { verdictOf } from './report.ts';
import { canMount } from './small-disk.ts';

const warmUp = { students: 300, seconds: 5, seed: 0 };

/** A system that several experiments use, one after the other, as long as each passes. */
class Systems {
  private current: { system: BreakableSystem; smallDisks: boolean; cleanUp: AsyncDisposableStack } | null = null;

  private readonly students: number;
  private readonly say: Say;

  constructor(students: number, say: Say) {
    this.students = students;
    this.say = say;
  }

  async for({ smallDisks = false }: Experiment): Promise<BreakableSystem> {
    if (this.current?.smallDisks === smallDisks) return this.current.system;
    await this.end();
    this.say.line('Starting a system');
    const cleanUp = new AsyncDisposableStack();
    try {
      const system = await startBreakableSystem({ students: this.students, smallDisks }, cleanUp);
      this.current = { system, smallDisks, cleanUp };
      const quiet: Say = { line: () => undefined, progress: (text) => this.say.progress(text) };
      await runScenario(system, { ...scenarioOf(warmUp.students, warmUp.seed, warmUp.seconds), checked: false }, quiet);
      return system;
    } catch (error) {
      this.current = null;
      await cleanUp.disposeAsync();
      throw error;
    }
  }

  async end(): Promise<void> {
    const { current } = this;
    this.current = null;
    await current?.cleanUp.disposeAsync();
  }
}

/** A run that could not be brought to its end. */
function broken(experiment: Experiment, version: string, error: unknown): Outcome {
  const nothing = {
    ...{ requests: 0, acknowledged: 0, queued: 0, rows: 0 },
    ...{
      longestWithoutService: 0,
      longestWithout200: 0,
      shareFromThirdSecond: null,
      all200After: 0,
      othersShare: null,
    },
  };
  const seen = { ...nothing, name: experiment.name, at: new Date().toISOString(), version, proof: null };
  return judge(experiment, seen, [], { 'the run broke off': { count: 1, example: String(error) } });
}

/** One after the other. An experiment that breaks off has failed; the others go on. */
export async function* carryOut(
  chosen: readonly Experiment[],
  { studentsPerSecond, version }: { studentsPerSecond: number; version: string },
  say: Say,
): AsyncGenerator<Outcome> {
  const students = studentsPerSecond * arrivalSeconds;
  const systems = new Systems(students, say);
  try {
    for (const [index, experiment] of chosen.entries()) {
      interruption.throwIfAborted();
      if (experiment.smallDisks && !canMount()) {
        say.line(`${experiment.name}: left out, because mounting a small disk needs Linux and root`);
        continue;
      }
      const from = Date.now();
      say.line(experiment.name);
      const outcome = await systems
        .for(experiment)
        .then((system) => performExperiment(system, experiment, { students, seed: index + 1, version }, say))
        .catch((error: unknown) => {
          interruption.throwIfAborted();
          return broken(experiment, version, error);
        });
      say.line(`  ${verdictOf(outcome)} (${inSeconds(Date.now() - from)})`);
      for (const reason of outcome.reasons) say.line(`    ${reason}`);
      yield outcome;
      // What a failed one left behind must not be blamed on the next.
      if (!outcome.passed) await systems.end();
    }
  } finally {
    await systems.end();
  }
}
