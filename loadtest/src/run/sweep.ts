import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from '../plan/options.ts';
import { table } from '../report/print.ts';
import { resultsFolder, writeResults } from '../report/results.ts';
import type { Summary } from '../report/summary.ts';
import { interruption } from '@exco/local-stack';
import { many, type Say } from '../terminal/say.ts';
import { perform, systemFor, warmUp } from './perform.ts';

const leastSeconds = 5;

const figure = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : value < 10 ? value.toFixed(1) : many(value);

/** What a student costs, by the number of students. */
export function sweepTable(summaries: readonly Summary[]): string {
  const kinds = ['API', 'worker', 'database', 'Redis'];
  const rows = summaries.map(({ options, verdict, cost, steps }) => {
    const checkIn = steps.find(({ step }) => step === 'check-in');
    return [
      many(options.students),
      verdict.outcome,
      figure(cost.serverCpuMillisecondsPerStudent),
      ...kinds.map((kind) => figure(cost.cpuMillisecondsPerStudent[kind])),
      figure(cost.kilobytesPerSocket),
      figure(cost.workPerCheckIn?.redisCommands),
      figure(cost.workPerCheckIn?.statements),
      figure(cost.workPerCheckIn?.logSyncs),
      figure(checkIn?.p50),
      figure(checkIn?.p99),
    ];
  });
  const head = ['students', 'verdict', 'CPU ms', ...kinds, 'API kB', 'Redis cmds/row', 'SQL/row', 'syncs/row'];
  return table([[...head, 'p50 ms', 'p99 ms'], ...rows]);
}

/** The same rate of arrivals at every size, so that only the size differs. Gives the exit code. */
export async function runSweep(options: Options, command: string, say: Say): Promise<number> {
  const sizes = [...options.sweep].sort((one, other) => one - other);
  const rate = (sizes.at(-1) ?? 1) / options.arriveWithinSeconds;
  const folder = resultsFolder(options.out);
  const summaries: Summary[] = [];
  for (const students of sizes) {
    interruption.throwIfAborted();
    const size = { ...options, students, arriveWithinSeconds: Math.max(leastSeconds, students / rate) };
    const cleanUp = new AsyncDisposableStack();
    try {
      const system = await systemFor(size, say, cleanUp);
      await warmUp(system, size, say);
      const summary = await perform(system, size, command, say);
      writeResults(join(folder, String(students)), summary);
      summaries.push(summary);
      say.line(`${many(students)} students: ${summary.verdict.outcome}`);
    } finally {
      await cleanUp.disposeAsync();
    }
  }
  const text = `${sweepTable(summaries)}\n`;
  writeFileSync(join(folder, 'sweep.txt'), text);
  const points = summaries.map(({ options: { students }, verdict: { outcome }, cost, steps }) => ({
    students,
    outcome,
    cost,
    checkIn: steps.find(({ step }) => step === 'check-in') ?? null,
  }));
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ version: 2, points }, null, 2));
  console.log(options.json ? JSON.stringify({ version: 2, points }) : `\n${text}`);
  return points.every(({ outcome }) => outcome === 'pass') ? 0 : 1;
}
