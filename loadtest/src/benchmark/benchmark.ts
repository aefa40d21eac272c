import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from '../plan/options.ts';
import { table } from '../report/print.ts';
import { resultsFolder, writeResults } from '../report/results.ts';
import { perform, systemFor, warmUp } from '../run/perform.ts';
import type { Say } from '../terminal/say.ts';
import { compareWithBaseline, type RateStep } from './baseline-rate.ts';
import { checkInSpeed } from './check-in-speed.ts';
import { compareWithBareServer } from './bare-journey.ts';

const mostTimesBare = 1.8;
const mostMilliseconds = 4;
const mostMicroseconds = 100;
const rates = [25, 50, 100, 200, 400, 600, 800, 1_000];

/** The product beside its ceiling, in the same run. Gives 0 when every target was met, 1 when one was missed. */
export async function runBenchmark(options: Options, command: string, say: Say): Promise<number> {
  const cleanUp = new AsyncDisposableStack();
  const summary = await systemFor(options, say, cleanUp)
    .then(async (system) => {
      await warmUp(system, options, say);
      return perform(system, options, command, say);
    })
    .finally(() => cleanUp.disposeAsync());
  summary.ceiling = await compareWithBareServer(summary, options, say);
  const folder = resultsFolder(options.out);
  writeResults(folder, summary);
  const speed = await checkInSpeed(options, say);
  const { baseline, product } = await compareWithBaseline(options, rates, say);
  const { ceiling } = summary;
  if (!ceiling) return 1;
  const fast = speed.product.microseconds <= mostMicroseconds;
  const ok = fast && ceiling.ratio <= mostTimesBare && ceiling.product <= mostMilliseconds;
  const rows = [
    ['', 'product', 'ceiling', 'ratio', 'target'],
    [
      'system CPU for each student, whole journey',
      `${ceiling.product.toFixed(2)} ms`,
      `${ceiling.bare.toFixed(2)} ms (bare node:http and ws)`,
      ceiling.ratio.toFixed(2),
      `≤ ${mostTimesBare}, ≤ ${mostMilliseconds} ms`,
    ],
    [
      'system CPU for each check-in of three, at full speed',
      `${speed.product.microseconds.toFixed(0)} µs at ${Math.round(speed.product.perSecond)}/s`,
      `${speed.bare.microseconds.toFixed(0)} µs at ${Math.round(speed.bare.perSecond)}/s (bare Fastify POST)`,
      (speed.product.microseconds / speed.bare.microseconds).toFixed(2),
      `≤ ${mostMicroseconds} µs`,
    ],
    [
      'memory for each student’s connections',
      `${(ceiling.kilobytesPerSocket.product ?? NaN).toFixed(1)} kB`,
      `${ceiling.kilobytesPerSocket.bare.toFixed(1)} kB`,
      ((ceiling.kilobytesPerSocket.product ?? NaN) / ceiling.kilobytesPerSocket.bare).toFixed(2),
      '≤ 1.5',
    ],
  ];
  const text = `${table(rows)}\n\n${rateTable(baseline, product)}`;
  writeFileSync(join(folder, 'benchmark.txt'), `${text}\n`);
  console.log(`\n${text}\n`);
  return ok && summary.verdict.outcome === 'pass' ? 0 : 1;
}

/** Arrivals a second, and how slow check-ins are then; the baseline is what Nest's documentation leads to. */
function rateTable(baseline: readonly RateStep[], product: readonly RateStep[]): string {
  const cell = (steps: readonly RateStep[], perSecond: number) => {
    const step = steps.find((one) => one.perSecond === perSecond);
    if (!step) return '–';
    return `${Math.round(step.checkInP99)} ms${step.everyoneIn ? '' : ', not everybody in'}`;
  };
  return table([
    ['students a second', 'baseline, check-in p99', 'product, check-in p99'],
    ...rates.map((perSecond) => [String(perSecond), cell(baseline, perSecond), cell(product, perSecond)]),
  ]);
}
