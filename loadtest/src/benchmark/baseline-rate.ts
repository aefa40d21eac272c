import mysql from 'mysql2/promise';
import { startLocalStack } from '@exco/local-stack';
import { Latencies, percentilesOf } from '../metrics/latency.ts';
import type { Options } from '../plan/options.ts';
import { ServingProcess } from '../processes/child-process.ts';
import { scenarioOptions, systemFor, warmUp } from '../run/perform.ts';
import { runScenario } from '../scenario/scenario.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import type { Say } from '../terminal/say.ts';
import { untestedSystem } from './bare-journey.ts';
import type { BaselineCalls } from './baseline/app.ts';
import { demoPeople } from './demo-people.ts';

const program = new URL('baseline/app.ts', import.meta.url);
const compileDecorators = new URL('baseline/compile-decorators.mjs', import.meta.url);
const forSeconds = 10;
const longestMilliseconds = 1_000;

export interface RateStep {
  /** Students who arrive in each second. */
  perSecond: number;
  checkInP99: number;
  /** All of them got in. */
  everyoneIn: boolean;
}

/** The steps of rising rates up to the first at which the 99th percentile of the check-in passes a second. */
async function risingRates(
  system: SystemUnderTest,
  options: Options,
  rates: readonly number[],
  say: Say,
): Promise<RateStep[]> {
  const steps: RateStep[] = [];
  for (const perSecond of rates) {
    const students = Math.min(system.people.length, perSecond * forSeconds);
    const scenario = {
      ...scenarioOptions({ ...options, students, arriveWithinSeconds: students / perSecond, profile: 'even' }),
      holdSeconds: 0,
      leaveWithinSeconds: 5,
      interventions: false,
      checked: false,
    };
    const { collected, last } = await runScenario(system, scenario, say);
    const latencies = new Latencies();
    for (const { histograms } of collected.recorded) latencies.merge(histograms);
    const step = {
      perSecond,
      checkInP99: percentilesOf(latencies.of('check-in')).p99,
      everyoneIn: last.in >= students,
    };
    steps.push(step);
    if (step.checkInP99 > longestMilliseconds || !step.everyoneIn) break;
  }
  return steps;
}

/** The baseline and the product, at the same rising rates, on the same machine. */
export async function compareWithBaseline(
  options: Options,
  rates: readonly number[],
  say: Say,
): Promise<{ baseline: RateStep[]; product: RateStep[] }> {
  const students = Math.max(...rates) * forSeconds;
  say.line('Students a second: the baseline');
  const baseline = await baselineSteps({ ...options, students }, rates, say);
  say.line('Students a second: the product');
  const cleanUp = new AsyncDisposableStack();
  try {
    const system = await systemFor({ ...options, students, history: 0, statements: false }, say, cleanUp);
    await warmUp(system, options, say);
    return { baseline, product: await risingRates(system, options, rates, say) };
  } finally {
    await cleanUp.disposeAsync();
  }
}

async function baselineSteps(options: Options, rates: readonly number[], say: Say): Promise<RateStep[]> {
  const stack = await startLocalStack();
  try {
    const socketPath = new URL(stack.databaseUrl).searchParams.get('socketPath') ?? '';
    const connection = await mysql.createConnection({ socketPath, user: 'root' });
    await connection.query('CREATE DATABASE baseline');
    await connection.end();
    const people = demoPeople(options.students, options.seed);
    await using server = new ServingProcess<BaselineCalls>(program, {
      execArgv: ['--import', compileDecorators.href],
    });
    const users = people.map(({ id, username, classIds }) => ({ id, username, classId: classIds[0] ?? 0 }));
    const port = await server.call('listen', { socketPath, users });
    const system = untestedSystem(`http://127.0.0.1:${port}`, people, [
      { name: 'API', pid: server.pid },
      { name: 'database', pid: stack.database.pid ?? 0 },
    ]);
    return await risingRates(system, options, rates, say);
  } finally {
    await stack.stop();
  }
}
