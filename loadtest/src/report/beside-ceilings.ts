import { measureCeilings } from '../ceilings/ceilings.ts';
import type { Comparison } from '../ceilings/ratio.ts';
import { interruption } from '../terminal/interruption.ts';
import type { Say } from '../terminal/say.ts';
import type { Ratio, Summary } from './summary.ts';

/** One quick round; `--bench` takes its time. */
const quick = { rounds: 1, seconds: 3, students: 4_000, journeys: 400 };
const mostSockets = 4_000;
const journey = 'server CPU of one whole journey';
const mostPosts = 25;

const figure = (value: number) =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString();

function ratioOf({ what, against, unit, product, ceiling, ratio, target, met }: Comparison): Ratio {
  return {
    what,
    measured: `${figure(product)} ${unit}`,
    ceiling: `${figure(ceiling)} ${unit}: ${against}`,
    ratio,
    target: target && `${target.bound === 'least' ? '≥' : '≤'} ${target.ratio}`,
    ok: met,
  };
}

/** The cost of a journey as it was in the very run, with sockets held and everybody brought and checked out. */
function ofThisRun(
  { cost: { serverCpuMillisecondsPerStudent: spent } }: Summary,
  comparisons: readonly Comparison[],
): Ratio[] {
  const post = comparisons.find(({ what }) => what === journey)?.ceiling;
  if (post === undefined || spent === null) return [];
  const ratio = spent / post;
  return [
    {
      what: 'server CPU of one student in this run, counts and check-out included',
      measured: `${figure(spent)} ms CPU`,
      ceiling: `${figure(post)} ms CPU: one bare Fastify POST parsing a check-in`,
      ratio,
      target: `≤ ${mostPosts}`,
      ok: ratio <= mostPosts,
    },
  ];
}

/** Measures on this machine, right after the run, what the same parts do at best. */
export async function besideCeilings(summary: Summary, say: Say): Promise<Ratio[]> {
  say.line('Measuring what this machine can do at best');
  const sockets = Math.min(mostSockets, Math.max(500, summary.options.students));
  const { comparisons } = await measureCeilings({
    ...quick,
    sockets,
    signal: interruption,
    progress: (doing) => say.progress(doing),
  });
  return [...ofThisRun(summary, comparisons), ...comparisons.map(ratioOf)];
}
