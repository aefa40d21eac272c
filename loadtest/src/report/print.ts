import type { Summary } from './summary.ts';
import { violationKinds } from '../checks/findings.ts';
import type { StatementFigures } from '../system/statements.ts';
import { many, seconds } from '../terminal/say.ts';

const mostStatements = 15;
const statementWidth = 100;

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
  const plans = Object.entries(cpuMillisecondsPerStudent).map(([name, value]) => `${name} ${ms(value)}`);
  return [
    `CPU for each student's whole journey: ${ms(serverCpuMillisecondsPerStudent)} ms of the system (all: ${plans.join(', ')})`,
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

function attendanceLine({ load, options, rows, everyoneInAfter }: Summary): string {
  return [
    `${many(rows.checkedIn)} rows from ${many(load.checkInRequests)} check-in requests`,
    `${many(load.broughtByClassmates)} brought by classmates`,
    `${many(load.alreadyThere)} met somebody already there`,
    `${many(load.wrongDigits)} wrong digits`,
    `${many(load.queuedAnswers)} × 202`,
    everyoneInAfter === null ? 'not everyone got in' : `everyone in after ${seconds(everyoneInAfter)}`,
    `${many(load.requests)} requests`,
    `${many(load.megabytesReceived)} MB${options.images ? '' : ' (without the connection-test images)'}`,
  ].join(' · ');
}

function ceilingOf({ ceiling }: Summary): string[] {
  if (!ceiling) return [];
  const { product, bare, ratio, students, kilobytesPerSocket: memory } = ceiling;
  return [
    `system CPU for each student: ${ms(product)} ms, and ${ms(bare)} ms of the same journey against bare node:http and ws (${many(students)} students): ${ratio.toFixed(2)} ×, target ≤ 1.8 × and ≤ 4 ms`,
    `memory for each student's connections: API ${ms(memory.product ?? NaN)} kB, bare server ${ms(memory.bare)} kB: ${((memory.product ?? NaN) / memory.bare).toFixed(2)} ×`,
  ];
}

function audited({ audit, corrections }: Summary): string {
  return `audit: ${many(audit.entries)} entries, ${audit.perRow.toFixed(2)} for each row · ${corrections} corrections`;
}

function adminsMeanwhile({ adminWork }: Summary): string[] {
  if (adminWork.length === 0) return [];
  const work = adminWork.map(
    ({ what, times, longestMilliseconds }) => `${many(times)} ${what} (longest ${ms(longestMilliseconds)} ms)`,
  );
  return [`admins meanwhile: ${work.join(' · ')}`];
}

/** The statements that took the database longest, with the rows that it read for each that it sent or changed. */
export function statementTable(statements: readonly StatementFigures[]): string {
  const total = statements.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = statements
    .slice(0, mostStatements)
    .map(({ statement, count, milliseconds, rowsRead, rowsSent, rowsChanged }) => [
      statement.slice(0, statementWidth),
      many(count),
      ms(milliseconds),
      (milliseconds / Math.max(1, count)).toFixed(2),
      many(rowsRead),
      many(rowsSent),
      many(rowsChanged),
      rowsSent + rowsChanged === 0 ? '–' : (rowsRead / (rowsSent + rowsChanged)).toFixed(1),
      `${((milliseconds / Math.max(1, total)) * 100).toFixed(0)} %`,
    ]);
  return table([['statement', 'count', 'ms', 'ms each', 'read', 'sent', 'changed', 'read for each', 'share'], ...rows]);
}

/** What a person reads at the end of a run. */
export function printed(summary: Summary): string {
  const { verdict, violations, thresholds, countAge } = summary;
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
    indented(attendanceLine(summary)),
    indented(
      countAge
        ? `age of the count that students saw: p50 ${ms(countAge.p50)} ms, p99 ${ms(countAge.p99)} ms, at most ${ms(countAge.max)} ms`
        : 'No page showed any count.',
    ),
    ...costs(summary).map(indented),
    indented(audited(summary)),
    ...adminsMeanwhile(summary).map(indented),
    ...ceilingOf(summary).map(indented),
    ...(summary.statements ? ['', indented(statementTable(summary.statements))] : []),
    '',
    indented(table([['', 'target', 'measured'], ...checks])),
    indented(`(${thresholds.because})`),
    ...(broken.length === 0 ? [] : ['', ...broken.map(indented)]),
    ...(errors.length === 0 ? [] : ['', ...errors.map(indented)]),
    ...verdict.voidBecause.map((reason) => indented(`void: ${reason}`)),
    '',
    `Verdict: ${verdict.outcome.toUpperCase()}`,
    '',
  ].join('\n');
}
