import { runScenario } from '../scenario/scenario.ts';
import { interruption, isRootOnLinux } from '@exco/local-stack';
import type { Say } from '../terminal/say.ts';
import type { Breakable } from './breakable.ts';
import type { Expectation, Experiment } from './fault.ts';
import { inSeconds, judge, type Outcome } from './outcome.ts';
import { performExperiment, scenarioOf } from './perform-experiment.ts';
import { verdictOf } from './report.ts';

const warmUp = { students: 300, seconds: 5, seed: 0 };

/** What experiments of one kind, on one host or on several, have in common. */
export interface Kind<P> {
  experiments: readonly Experiment<P>[];
  /** Students come for so long, unless an experiment says otherwise. */
  arriveWithinSeconds: number;
  start: (
    needs: { students: number; smallDisks: boolean },
    cleanUp: AsyncDisposableStack,
    say: (line: string) => void,
  ) => Promise<Breakable<P>>;
}

/** A system that several experiments use, one after the other, as long as each passes. */
class Systems<P> {
  private current: { system: Breakable<P>; smallDisks: boolean; cleanUp: AsyncDisposableStack } | null = null;

  private readonly startNew: Kind<P>['start'];
  private readonly students: number;
  private readonly say: Say;

  constructor(startNew: Kind<P>['start'], students: number, say: Say) {
    this.startNew = startNew;
    this.students = students;
    this.say = say;
  }

  async for({ smallDisks = false }: Experiment<P>): Promise<Breakable<P>> {
    if (this.current?.smallDisks === smallDisks) return this.current.system;
    await this.end();
    this.say.line('Starting a system');
    const cleanUp = new AsyncDisposableStack();
    try {
      const needs = { students: this.students, smallDisks };
      const system = await this.startNew(needs, cleanUp, (line) => this.say.line(line));
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

  /** What a failed one left behind must not be blamed on the next. */
  async prepareNext({ passed }: Outcome): Promise<void> {
    if (!passed) return this.end();
    try {
      await this.current?.system.untilWhole?.();
    } catch (error) {
      interruption.throwIfAborted();
      this.say.line(`  ${String(error)}`);
      await this.end();
    }
  }

  async end(): Promise<void> {
    const { current } = this;
    this.current = null;
    await current?.cleanUp.disposeAsync();
  }
}

/** A run that could not be brought to its end. */
function broken(experiment: Expectation, version: string, error: unknown): Outcome {
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
export async function* carryOut<P>(
  { experiments: chosen, arriveWithinSeconds: usual, start }: Kind<P>,
  { studentsPerSecond, version }: { studentsPerSecond: number; version: string },
  say: Say,
): AsyncGenerator<Outcome> {
  const secondsOf = ({ arriveWithinSeconds = usual }: Experiment<P>) => arriveWithinSeconds;
  const longest = Math.max(...chosen.map(secondsOf));
  const systems = new Systems(start, studentsPerSecond * longest, say);
  try {
    for (const [index, experiment] of chosen.entries()) {
      interruption.throwIfAborted();
      if (experiment.smallDisks && !isRootOnLinux()) {
        say.line(`${experiment.name}: left out, because mounting a small disk needs Linux and root`);
        continue;
      }
      if (experiment.hindrance !== undefined) {
        say.line(`${experiment.name}: left out, because ${experiment.hindrance}`);
        continue;
      }
      const from = Date.now();
      say.line(experiment.name);
      const seconds = secondsOf(experiment);
      const options = {
        ...scenarioOf(studentsPerSecond * seconds, index + 1, seconds),
        holdSeconds: experiment.holdSeconds ?? 0,
      };
      const outcome = await systems
        .for(experiment)
        .then((system) => performExperiment(system, experiment, options, version, say))
        .catch((error: unknown) => {
          interruption.throwIfAborted();
          return broken(experiment, version, error);
        });
      say.line(`  ${verdictOf(outcome)} (${inSeconds(Date.now() - from)})`);
      for (const reason of outcome.reasons) say.line(`    ${reason}`);
      yield outcome;
      if (experiment !== chosen.at(-1)) await systems.prepareNext(outcome);
    }
  } finally {
    await systems.end();
  }
}
