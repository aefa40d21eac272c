import { fileURLToPath } from 'node:url';
import type { Options } from '../options.ts';
import { perform } from '../storm/perform.ts';
import { startLocalSystem } from '../system/local-system.ts';
import { interruption } from '../terminal/interruption.ts';
import type { Say } from '../terminal/say.ts';
import { controls, objection, type Control } from './controls.ts';

const small = {
  students: 300,
  arriveWithinSeconds: 6,
  profile: 'even' as const,
  pace: 0.2,
  holdSeconds: 1,
  leaveWithinSeconds: 4,
  generators: 1,
  reconnectStorm: false,
  ceilings: false,
};
/** Generous: the machine may be busy with other tests, and speed is not what is tried here. */
const easyP99 = 5_000;

const sabotage = (file: string) => new URL(`sabotage/${file}`, import.meta.url);

async function runControl(control: Control, options: Options, say: Say): Promise<string | null> {
  const cleanUp = new AsyncDisposableStack();
  try {
    const { intoSystem, intoGenerators, prepare, checkInP99 } = control;
    const system = await startLocalSystem(
      {
        students: small.students,
        seed: options.seed,
        apiProcesses: 1,
        workerProcesses: 1,
        env: intoSystem === undefined ? {} : { NODE_OPTIONS: `--import ${sabotage(intoSystem).href}` },
        ...(prepare ? { prepare } : {}),
        say: () => undefined,
      },
      cleanUp,
    );
    const preload = intoGenerators === undefined ? undefined : fileURLToPath(sabotage(intoGenerators));
    const limits = {
      checkInP99: checkInP99 ?? easyP99,
      countAgeP99: null,
      othersAllowed: true,
      latestArrivals: 10_000,
      because: 'Of this control',
    };
    // Lag is judged as it would be in a real run.
    const strict = intoGenerators === undefined ? limits : { ...limits, checkInP99: 250, latestArrivals: 250 };
    const quiet: Say = { line: () => undefined, progress: (text) => say.progress(text) };
    const summary = await perform(system, { ...options, ...small }, `--control (${control.name})`, quiet, {
      limits: strict,
      preload,
    });
    return objection(control, summary);
  } finally {
    await cleanUp.disposeAsync();
  }
}

/** Tests of the test. Gives the exit code: 0 only if each run ended as it had to. */
export async function runControls(options: Options, say: Say): Promise<number> {
  let wrong = 0;
  for (const control of controls) {
    interruption.throwIfAborted();
    const why = await runControl(control, options, say);
    if (why !== null) wrong++;
    say.line(
      why === null
        ? `✓ ${control.name}: ${control.outcome}${control.violations.length > 0 ? `, ${control.violations.join(' or ')}` : ''}`
        : `✗ ${control.name}: ${why}`,
    );
  }
  say.line(
    wrong === 0
      ? `All ${controls.length} runs ended as they had to.`
      : `${wrong} of ${controls.length} runs did not end as they had to.`,
  );
  return wrong === 0 ? 0 : 1;
}
