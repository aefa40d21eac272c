import { measureCeilings, type CeilingOptions, type Ceilings } from './ceilings.ts';
import type { Comparison, Limit } from './ratio.ts';

/** As the shell counts a death by this signal. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(signal: keyof typeof exitCodes) {
    super(`stopped by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}

/** Measures, prints the table, and leaves nothing behind. @returns 0 when every target was met, 1 when one was missed */
export async function runBench(options: CeilingOptions = {}): Promise<number> {
  const controller = new AbortController();
  const interrupts = Object.keys(exitCodes).map((name) => {
    const signal = name as keyof typeof exitCodes;
    const interrupt = () => controller.abort(new Interrupted(signal));
    process.on(signal, interrupt);
    return () => process.off(signal, interrupt);
  });
  try {
    const progress = (doing: string) => console.error(`… ${doing}`);
    const ceilings = await measureCeilings({ progress, ...options, signal: controller.signal });
    console.log(tableOf(ceilings));
    return [...ceilings.comparisons, ...ceilings.limits].every(({ met }) => met !== false) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.error(error.message);
    return error.exitCode;
  } finally {
    for (const forget of interrupts) forget();
  }
}

/** The Numbers table of this run, as text for a terminal. */
export function tableOf(ceilings: Ceilings): string {
  const { machine, rounds, seconds } = ceilings;
  return [
    `${machine.cores} × ${machine.model}, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}; ` +
      'ceilings, product and generators share this machine.',
    `Medians of up to ${rounds} interleaved rounds; ratio (of each round). Took ${seconds.toFixed(0)} s.`,
    '',
    ...ceilings.comparisons.flatMap(linesOf),
    ...ceilings.limits.flatMap(linesOfLimit),
  ].join('\n');
}

const verdict = (met: boolean | null) => (met === null ? '' : met ? 'met' : 'MISSED');

function linesOf(row: Comparison): string[] {
  const { product, ceiling, unit, ratio, target, met } = row;
  const bound = target ? `target ${target.bound === 'least' ? '≥' : '≤'} ${target.ratio}` : 'no target';
  return [
    row.what,
    `  ${figure(product)} ${unit} against ${figure(ceiling)} ${unit}: ${row.against}`,
    `  ratio ${share(ratio)} (${row.rounds.map((round) => share(round.ratio)).join(', ')})   ${bound}   ${verdict(met)}`,
    ...[row.generator, ...row.notes].map((note) => `  - ${note}`),
    '',
  ];
}

function linesOfLimit({ what, value, unit, limit, met, notes }: Limit): string[] {
  return [
    what,
    `  ${figure(value)} ${unit}   limit ≤ ${limit} ${unit}   ${verdict(met)}`,
    ...notes.map((note) => `  - ${note}`),
    '',
  ];
}

const share = (ratio: number) => ratio.toFixed(ratio < 10 ? 3 : 1);

/** Three significant digits, thousands in full. */
function figure(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}
