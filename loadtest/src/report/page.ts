/**
 * What runs inside report.html. Its types are stripped when the report is written, so it imports nothing but types;
 * uPlot is there before it.
 */
import type UPlot from 'uplot';
import type { Summary } from './summary.ts';

declare const uPlot: typeof UPlot;

type Points = [at: number, value: number | null][];

interface Line {
  label: string;
  /** A custom property of the style sheet, such as `--api`. */
  color: string;
  points: Points;
  fill?: boolean;
  width?: number;
  dash?: number[];
}

// The enum's member exists for the compiler alone: uPlot.Scale.Distr.Logarithmic.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmic = 3 as UPlot.Scale.Distr;

const summary = JSON.parse(document.getElementById('summary')?.textContent ?? '') as Summary;
const { startedAt, series } = summary;
const drawn: UPlot[] = [];

const color = (name: string, opacity = 1) => {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return opacity === 1 ? value : `color-mix(in srgb, ${value} ${opacity * 100}%, transparent)`;
};
const fromStart = (at: number) => (at - startedAt) / 1000;
const number = (value: number) =>
  Math.abs(value) >= 10_000 ? `${Math.round(value / 1000)}k` : String(+value.toPrecision(3));
const clock = (value: number) => (value >= 180 ? `${+(value / 60).toFixed(1)} min` : `${value} s`);
const duration = (value: number) =>
  value >= 1000 ? `${+(value / 1000).toPrecision(3)} s` : `${+value.toPrecision(3)} ms`;

function axis(format: (value: number) => string, size: number): UPlot.Axis {
  return {
    stroke: () => color('--quiet'),
    grid: { stroke: () => color('--line'), width: 1 },
    ticks: { show: false },
    size,
    font: '12px system-ui, sans-serif',
    values: (_, values: (number | null)[]) => values.map((value) => (value === null ? '' : format(value))),
  };
}

/** One column for each x that any of the lines has. */
function aligned(lines: readonly Line[]): UPlot.AlignedData {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((one, other) => one - other);
  const columns = lines.map(({ points }) => {
    const values = new Map(points);
    return xs.map((at) => values.get(at));
  });
  return [xs, ...columns] as UPlot.AlignedData;
}

function seriesOf({ label, color: name, fill, width, dash }: Line, format: (value: number) => string): UPlot.Series {
  return {
    label,
    width: width ?? 2,
    spanGaps: true,
    points: { show: false },
    stroke: () => color(name),
    ...(dash ? { dash } : {}),
    ...(fill ? { fill: () => color(name, 0.16) } : {}),
    value: (_, value: number | null) => (value === null ? '–' : format(value)),
  };
}

interface Plot {
  into: string;
  lines: Line[];
  y?: (value: number) => string;
  x?: (value: number) => string;
  xName?: string;
  extra?: Partial<UPlot.Options>;
  height?: number;
}

function plot({ into, lines, y = number, x = clock, xName = 'time', extra = {}, height = 250 }: Plot): void {
  const place = document.getElementById(into);
  if (!place) return;
  const options: UPlot.Options = {
    width: place.clientWidth,
    height,
    cursor: { points: { size: 6 } },
    scales: { x: { time: false } },
    axes: [axis(x, 30), axis(y, 58)],
    series: [
      { label: xName, value: (_, value: number | null) => (value === null ? '–' : x(value)) },
      ...lines.map((line) => seriesOf(line, y)),
    ],
    ...extra,
  };
  const chart = new uPlot(options, aligned(lines), place);
  drawn.push(chart);
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height })).observe(place);
}

const lastSecond = Math.max(0, ...Object.keys(series.seconds).map(Number));
const perSecond = (of: (second: Summary['series']['seconds'][number]) => number): Points =>
  Array.from({ length: lastSecond + 1 }, (_, second) => {
    const counts = series.seconds[second];
    return [second + 0.5, counts ? of(counts) : 0];
  });

function drawCrowd(): void {
  const busy = perSecond((second) => second.busy);
  const errors = perSecond((second) => second.errors);
  const some = (points: Points) => points.some(([, value]) => value);
  plot({
    into: 'crowd',
    lines: [
      {
        label: 'planned arrivals a second',
        color: '--quiet',
        points: perSecond((second) => second.planned),
        dash: [4, 4],
        width: 1.5,
      },
      { label: 'arrived', color: '--api', points: perSecond((second) => second.arrived), fill: true },
      { label: 'got in', color: '--database', points: perSecond((second) => second.in) },
      { label: 'checked out', color: '--redis', points: perSecond((second) => second.out) },
      ...(some(busy) ? [{ label: '503, retried', color: '--worker', points: busy }] : []),
      ...(some(errors) ? [{ label: 'errors', color: '--bad', points: errors }] : []),
    ],
  });
}

/** One cell a second wide and a quarter of an octave high, the darker the more check-ins took so long. */
function drawHeat(): void {
  const columns = Object.entries(series.heat);
  const most = Math.max(1, ...columns.flatMap(([, column]) => Object.values(column)));
  const last = Math.max(1, ...columns.map(([second]) => Number(second) + 1));
  const limit = summary.limits.checkInP99;
  plot({
    into: 'heat',
    y: duration,
    lines: [
      {
        label: 'limit of the p99',
        color: '--bad',
        points: [
          [0, limit],
          [last, limit],
        ],
        dash: [6, 4],
        width: 1,
      },
    ],
    extra: {
      scales: {
        x: { time: false, range: [0, last] },
        y: { distr: logarithmic, log: 10, range: [1, Math.max(2_000, (limit ?? 0) * 2)] },
      },
      legend: { show: false },
      hooks: {
        drawClear: [
          (chart) => {
            const { ctx } = chart;
            ctx.save();
            for (const [second, column] of columns)
              for (const [cell, count] of Object.entries(column)) {
                const left = chart.valToPos(Number(second), 'x', true);
                const right = chart.valToPos(Number(second) + 1, 'x', true);
                const top = chart.valToPos(2 ** ((Number(cell) + 1) / 4), 'y', true);
                const bottom = chart.valToPos(2 ** (Number(cell) / 4), 'y', true);
                ctx.fillStyle = color('--api', 0.12 + 0.88 * Math.sqrt(count / most));
                ctx.fillRect(left, top, Math.max(1, right - left - 0.5), bottom - top);
              }
            ctx.restore();
          },
        ],
      },
    },
  });
}

const shownSteps: Record<string, string> = {
  'check-in': '--api',
  'sign-in': '--redis',
  'connection test': '--worker',
  classmates: '--database',
  'digit check': '--generator',
  stream: '--text',
  'check-out': '--bad',
};

function drawTails(): void {
  plot({
    into: 'tails',
    y: duration,
    xName: 'one student in',
    x: (value) => (value >= 1 ? value.toLocaleString('en') : ''),
    lines: summary.steps
      .filter(({ step }) => step in shownSteps)
      .map(({ step, tail }) => ({
        label: step,
        color: shownSteps[step] ?? '--text',
        points: tail,
        width: step === 'check-in' ? 3 : 1.5,
      })),
    extra: { scales: { x: { time: false, distr: logarithmic, log: 10 }, y: { distr: logarithmic, log: 10 } } },
  });
}

function drawCounts(): void {
  const of = (value: (moment: Summary['series']['counts'][number]) => number): Points =>
    series.counts.map((moment) => [fromStart(moment.at), value(moment)]);
  plot({
    into: 'counts',
    lines: [
      { label: 'rows in the database', color: '--text', points: of(({ rows }) => rows), width: 1.5 },
      { label: 'what half of the students see', color: '--api', points: of(({ median }) => median) },
      { label: 'what the slowest 1 % see', color: '--worker', points: of(({ slowest }) => slowest), dash: [4, 3] },
    ],
  });
}

const kinds: Record<string, string> = {
  API: '--api',
  worker: '--worker',
  database: '--database',
  Redis: '--redis',
  generator: '--generator',
  'everything else': '--other',
};

function drawProcesses(
  into: string,
  value: (sample: Summary['series']['processes'][string][number]) => number,
  y: (value: number) => string,
): void {
  const lines = Object.entries(kinds).flatMap(([label, name]): Line[] => {
    const samples = series.processes[label];
    const points: Points = samples?.map((sample) => [fromStart(sample.at), value(sample)]) ?? [];
    return points.some(([, one]) => one)
      ? [{ label, color: name, points, width: 1.5, ...(label === 'everything else' ? { dash: [2, 3] } : {}) }]
      : [];
  });
  if (lines.length > 0) plot({ into, lines, y });
}

function drawReconnect(): void {
  if (!summary.reconnected) return;
  const { curve } = summary.reconnected;
  plot({
    into: 'reconnect',
    lines: [
      {
        label: 'connected',
        color: '--api',
        points: curve.map(([after, connected]) => [after / 1000, connected]),
        fill: true,
      },
    ],
  });
}

drawCrowd();
drawHeat();
drawTails();
drawCounts();
drawProcesses(
  'cpu',
  ({ cores }) => cores,
  (value) => `${+value.toFixed(2)}`,
);
drawProcesses(
  'memory',
  ({ residentMegabytes }) => residentMegabytes,
  (value) => `${Math.round(value)} MB`,
);
drawReconnect();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
  drawn.forEach((chart) => chart.redraw(false)),
);
