import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Options } from '../options.ts';
import { resultsFolder, writeResults } from '../report/results.ts';
import { perform, rehearse, systemFor } from '../storm/perform.ts';
import { interruption } from '../terminal/interruption.ts';
import { table } from '../terminal/print.ts';
import { many, type Say } from '../terminal/say.ts';
import { costPoint, predict, type CostPoint, type Prediction } from './cost-curve.ts';

const million = 1_000_000;
const leastSeconds = 5;

const figure = (value: number) => (value < 10 ? value.toFixed(1) : many(value));

export function curveTable(points: readonly CostPoint[]): string {
  const rows = points.map((point) => [
    many(point.students),
    point.outcome,
    figure(point.cpuPerStudent),
    ...['API', 'worker', 'database', 'Redis'].map((kind) => figure(point.cpuByKind[kind] ?? NaN)),
    figure(point.kilobytesPerStudent),
    figure(point.redisCommandsPerRow),
    figure(point.statementsPerRow),
    figure(point.logSyncsPerRow),
    figure(point.checkInP50),
    figure(point.checkInP99),
  ]);
  return table([
    [
      'students',
      'verdict',
      'CPU ms',
      'API',
      'worker',
      'database',
      'Redis',
      'API kB',
      'Redis cmds/row',
      'SQL/row',
      'syncs/row',
      'p50 ms',
      'p99 ms',
    ],
    ...rows,
  ]);
}

export function predictionInWords({
  students,
  cpuSeconds,
  cpuExplained,
  memoryMegabytes,
  withinSeconds,
  machines,
  mostPerSecond,
  flatness,
}: Prediction): string {
  const [first] = mostPerSecond;
  return [
    `CPU for each student: the dearest size costs ${flatness.toFixed(2)} × the cheapest (target: flat within 20 %).`,
    `${many(students)} students within ${many(withinSeconds / 60)} min: ${many(cpuSeconds)} s of CPU (a line explains ${(cpuExplained * 100).toFixed(1)} % of the points), ${many(memoryMegabytes)} MB of API memory, so ${machines} machine${machines === 1 ? '' : 's'} like this one, used to 70 %.`,
    'Assumed: cost stays linear; API and worker processes are added as needed; one database and one Redis serve all of them; the load generator runs elsewhere.',
    ...(first
      ? [
          `What breaks first: a single ${first.kind} process, at about ${many(first.perSecond)} students a second (${mostPerSecond
            .slice(1)
            .map(({ kind, perSecond }) => `${kind} ${Number.isFinite(perSecond) ? many(perSecond) : 'no limit seen'}`)
            .join(', ')}).`,
        ]
      : []),
  ].join('\n');
}

/** The same rate of arrivals at every size, so that only the size differs. Gives the exit code. */
export async function runSweep(options: Options, command: string, say: Say): Promise<number> {
  const sizes = [...options.sweep].sort((one, other) => one - other);
  const largest = sizes.at(-1) ?? 1;
  const rate = largest / options.arriveWithinSeconds;
  const folder = resultsFolder(options.out);
  const points: CostPoint[] = [];
  for (const students of sizes) {
    interruption.throwIfAborted();
    const arriveWithinSeconds = Math.max(leastSeconds, students / rate);
    const size = { ...options, students, arriveWithinSeconds };
    const cleanUp = new AsyncDisposableStack();
    try {
      const system = await systemFor(size, say, cleanUp);
      await rehearse(system, size, say);
      const summary = await perform(system, size, command, say);
      writeResults(join(folder, String(students)), summary);
      points.push(costPoint(summary));
      say.line(`${many(students)} students: ${summary.verdict.outcome}`);
    } finally {
      await cleanUp.disposeAsync();
    }
  }
  const machine = { cores: os.availableParallelism(), memoryMegabytes: os.totalmem() / 2 ** 20 };
  const prediction = predict(points, million, options.arriveWithinSeconds, machine);
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ version: 1, points, prediction, machine }, null, 2));
  const text = `${curveTable(points)}\n\n${predictionInWords(prediction)}\n`;
  writeFileSync(join(folder, 'sweep.txt'), text);
  console.log(options.json ? JSON.stringify({ version: 1, points, prediction }) : `\n${text}`);
  return points.every(({ outcome }) => outcome === 'pass') ? 0 : 1;
}
