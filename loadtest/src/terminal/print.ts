import type { Summary } from '../report/summary.ts';
import { violationKinds } from '../truth/judge.ts';
import { many, seconds } from './say.ts';

const ms = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));

/** Columns, the first to the left and the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('   '),
    )
    .join('\n');
}

const indented = (text: string) => text.replace(/^/gm, '  ');

function latencies({ steps }: Summary): string {
  const rows = steps.map(({ step, count, p50, p95, p99, p999, max }) => [
    step,
    many(count),
    ...[p50, p95, p99, p999, max].map(ms),
  ]);
  return table([['milliseconds', 'count', 'p50', 'p95', 'p99', 'p99.9', 'max'], ...rows]);
}

function costs({ cost }: Summary): string[] {
  const {
    cpuMillisecondsPerStudent,
    serverCpuMillisecondsPerStudent,
    kilobytesPerSocket,
    socketsHeld,
    workPerCheckIn,
  } = cost;
  if (serverCpuMillisecondsPerStudent === null) return ['Processes of a remote system cannot be seen: no costs.'];
  const parts = Object.entries(cpuMillisecondsPerStudent).map(([name, value]) => `${name} ${ms(value)}`);
  return [
    `CPU for each student's whole journey: ${ms(serverCpuMillisecondsPerStudent)} ms of the system (all: ${parts.join(', ')})`,
    ...(kilobytesPerSocket === null
      ? []
      : [
          `memory of the API for each of ${many(socketsHeld)} students watching: ${ms(kilobytesPerSocket)} kB, both connections`,
        ]),
    ...(workPerCheckIn
      ? [
          `for each row: ${ms(workPerCheckIn.redisCommands ?? 0)} Redis commands, ${ms(workPerCheckIn.statements ?? 0)} statements, ${ms(workPerCheckIn.logSyncs ?? 0)} log syncs`,
        ]
      : []),
  ];
}

function crowd({ cast, options, rows, everyoneInAfter }: Summary): string {
  return [
    `${many(rows.checkedIn)} rows from ${many(cast.checkInRequests)} check-in requests`,
    `${many(cast.broughtByClassmates)} brought by classmates`,
    `${many(cast.alreadyThere)} met somebody already there`,
    `${many(cast.wrongDigits)} wrong digits`,
    `${many(cast.queuedAnswers)} × 202`,
    everyoneInAfter === null ? 'not everyone got in' : `everyone in after ${seconds(everyoneInAfter)}`,
    `${many(cast.requests)} requests`,
    `${many(cast.megabytesReceived)} MB${options.images ? '' : ' (without the connection-test images)'}`,
  ].join(' · ');
}

/** What a person reads at the end of a run. */
export function printed(summary: Summary): string {
  const { verdict, violations, limits, countAge, ratios } = summary;
  const checks = verdict.checks.map(({ what, target, measured, ok }) => [
    `${ok ? '✓' : '✗'} ${what}`,
    target,
    measured,
  ]);
  const broken = violations.flatMap(({ kind, count, examples }) => [
    `${kind} × ${count}: ${violationKinds[kind]}`,
    ...examples.map((example) => `    ${example}`),
  ]);
  const errors = Object.entries(summary.errors).map(
    ([kind, { count, example }]) => `${kind} × ${count}, the first: ${example}`,
  );
  return [
    '',
    indented(latencies(summary)),
    '',
    indented(crowd(summary)),
    indented(
      countAge
        ? `age of the count that students saw: p50 ${ms(countAge.p50)} ms, p99 ${ms(countAge.p99)} ms, at most ${ms(countAge.max)} ms`
        : 'No page showed any count.',
    ),
    ...costs(summary).map(indented),
    ...(ratios.length === 0
      ? []
      : [
          '',
          indented(
            table([
              ['', 'measured', 'ceiling', 'ratio', 'target'],
              ...ratios.map(({ what, measured, ceiling, ratio, target, ok }) => [
                `${ok === false ? '✗' : ok ? '✓' : ' '} ${what}`,
                measured,
                ceiling,
                ratio.toFixed(2),
                target ?? '–',
              ]),
            ]),
          ),
        ]),
    '',
    indented(table([['', 'target', 'measured'], ...checks])),
    indented(`(${limits.because})`),
    ...(broken.length === 0 ? [] : ['', ...broken.map(indented)]),
    ...(errors.length === 0 ? [] : ['', ...errors.map(indented)]),
    ...verdict.voidBecause.map((reason) => indented(`void: ${reason}`)),
    '',
    `Verdict: ${verdict.outcome.toUpperCase()}`,
    '',
  ].join('\n');
}
