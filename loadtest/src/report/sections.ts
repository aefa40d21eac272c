import type { Summary } from './summary.ts';
import { violationKinds } from '../truth/judge.ts';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const many = (value: number) => Math.round(value).toLocaleString('en');
const ms = (value: number) => (value < 10 ? value.toFixed(1) : many(value));
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => (cell.startsWith('<td') ? cell : `<td>${escaped(cell)}</td>`)).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

const judged = (text: string, ok: boolean | null) =>
  `<td class="${ok === null ? '' : ok ? 'good' : 'bad'}">${escaped(text)}</td>`;

function card(title: string, why: string, inside: string): string {
  return `<section class="card"><h2>${escaped(title)}</h2><p class="quiet">${why}</p>${inside}</section>`;
}

const chart = (id: string) => `<div id="${id}"></div>`;

const words = { pass: 'Pass', fail: 'Fail', void: 'Void' } as const;

function headline({ options, verdict, rows, violations }: Summary): string {
  const { students, arriveWithinSeconds, profile } = options;
  const broken = violations.reduce((sum, { count }) => sum + count, 0);
  const shape = profile === 'even' ? '' : `, as a ${profile}`;
  const within =
    arriveWithinSeconds >= 120 ? `${+(arriveWithinSeconds / 60).toFixed(1)} minutes` : `${arriveWithinSeconds} seconds`;
  return `<header><span class="verdict ${verdict.outcome}">${words[verdict.outcome].toUpperCase()}</span>
<h1>${many(students)} students in ${within}${shape}: ${many(rows.checkedIn)} checked in, ${broken === 0 ? 'none lost, doubled or changed' : `${many(broken)} broken promises`}</h1></header>`;
}

function setting({
  machine,
  generatorSharesMachine,
  apiProcesses,
  workerProcesses,
  generators,
  options,
  truthSource,
  startedAt,
  command,
}: Summary): string {
  const place = generatorSharesMachine
    ? `The ${generators} load-generator process${generators === 1 ? '' : 'es'} shared this machine with the system`
    : 'The load generator ran on another machine than the system';
  const processes =
    apiProcesses === null
      ? ''
      : `${apiProcesses} API and ${workerProcesses ?? 0} worker process${workerProcesses === 1 ? '' : 'es'}.`;
  return `<p class="quiet">${new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC · ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${escaped(machine.processor)}, ${escaped(machine.system)}, Node ${machine.node.slice(1)} · load before ${machine.loadBefore} · ${processes} ${place}. Connection-test images ${options.images ? 'came from the system, with real bytes' : '<b>were left out</b>, as if a CDN served them'}. Every answer was compared with the database (${escaped(truthSource)}). <code>npm run loadtest -- ${escaped(command)}</code></p>`;
}

function tiles({ steps, cast, cost, countAge, everyoneInAfter, busy }: Summary): string {
  const checkIn = steps.find(({ step }) => step === 'check-in');
  const tile = (figure: string, what: string) =>
    `<div class="tile"><b>${escaped(figure)}</b><span>${escaped(what)}</span></div>`;
  return `<div class="tiles">${[
    ...(checkIn
      ? [
          tile(
            `${ms(checkIn.p99)} ms`,
            `check-in, 99 % of ${many(checkIn.count)} were faster (median ${ms(checkIn.p50)} ms)`,
          ),
        ]
      : []),
    tile(everyoneInAfter === null ? 'never' : seconds(everyoneInAfter), 'from the first arrival until everyone was in'),
    tile(many(cast.requests), `requests, ${many(cast.megabytesReceived)} MB received`),
    tile(many(cost.socketsHeld), 'live connections held at once'),
    tile(countAge ? `${ms(countAge.p99)} ms` : 'never shown', 'age of the count that students saw (p99)'),
    ...(cost.serverCpuMillisecondsPerStudent === null
      ? []
      : [tile(`${ms(cost.serverCpuMillisecondsPerStudent)} ms`, 'CPU of the whole system for one student’s journey')]),
    ...(busy > 0 ? [tile(many(busy), '503 BUSY, all of them retried')] : []),
  ].join('')}</div>`;
}

function checks({ verdict, limits }: Summary): string {
  const rows = verdict.checks.map(({ what, target, measured, ok }) => [what, target, judged(measured, ok)]);
  const doubts = verdict.voidBecause.map((reason) => `<p><b>Void:</b> ${escaped(reason)}.</p>`).join('');
  return card(
    'Verdict',
    `What this run had to keep. ${escaped(limits.because)}.`,
    `${table(['', 'target', 'measured'], rows)}${doubts}`,
  );
}

function crowd({ cast, rows }: Summary): string {
  return card(
    'Who did what',
    'Groups overlap on purpose, some digits are mistyped, and some press Check-In in the moment in which a classmate does it for them.',
    table(
      ['', ''],
      [
        ['attendances in the database', many(rows.checkedIn)],
        ['… checked out', many(rows.checkedOut)],
        ['… written by a classmate', many(cast.broughtByClassmates)],
        ['check-in requests', many(cast.checkInRequests)],
        ['answers that met somebody already there', many(cast.alreadyThere)],
        ['wrong digits, refused', many(cast.wrongDigits)],
        ['202: accepted, committed later', many(cast.queuedAnswers)],
      ],
    ),
  );
}

function faults({ violations, errors }: Summary): string {
  const broken = violations.map(
    ({ kind, count, examples }) =>
      `<p><b>${escaped(kind)}</b> × ${many(count)}: ${escaped(violationKinds[kind])}</p><pre>${escaped(examples.join('\n'))}</pre>`,
  );
  const wrong = Object.entries(errors).map(
    ([kind, { count, example }]) => `<p><b>${escaped(kind)}</b> × ${many(count)}</p><pre>${escaped(example)}</pre>`,
  );
  if (broken.length + wrong.length === 0) return '';
  return card('What went wrong', 'The first of each kind.', [...broken, ...wrong].join(''));
}

function ratios({ ratios: all }: Summary): string {
  if (all.length === 0) return '';
  const rows = all.map(({ what, measured, ceiling, ratio, target, ok }) => [
    what,
    measured,
    ceiling,
    judged(ratio.toFixed(2), ok),
    target ?? '–',
  ]);
  return card(
    'Beside what this machine can do at best',
    'Ceilings were measured in the same run, on the same machine.',
    table(['', 'measured', 'ceiling', 'ratio', 'target'], rows),
  );
}

function stepTable({ steps }: Summary): string {
  const rows = steps.map(({ step, count, p50, p95, p99, p999, max }) => [
    step,
    many(count),
    ...[p50, p95, p99, p999, max].map(ms),
  ]);
  return card(
    'Latency by step, in milliseconds',
    'From the moment at which an undisturbed student would have asked, until the answer was whole, retries included. A stall is therefore seen by everybody who would have asked during it.',
    table(['', 'count', 'p50', 'p95', 'p99', 'p99.9', 'max'], rows),
  );
}

function costTable({ cost, health }: Summary): string {
  if (cost.serverCpuMillisecondsPerStudent === null) return '';
  const cpu = Object.entries(cost.cpuMillisecondsPerStudent).map(([name, value]) => [
    `CPU of ${name}, ms for each student`,
    ms(value),
  ]);
  const { workPerCheckIn: work, kilobytesPerSocket } = cost;
  const rows = [
    ...cpu,
    ...(kilobytesPerSocket === null
      ? []
      : [['API memory for each student watching, both connections, kB', ms(kilobytesPerSocket)]]),
    ...(work
      ? [
          ['Redis commands for each row', ms(work.redisCommands ?? 0)],
          ['SQL statements for each row', ms(work.statements ?? 0)],
          ['log syncs for each row', ms(work.logSyncs ?? 0)],
        ]
      : []),
    ...health.map(({ lateP99, lagP99, busiest }, index) => [
      `generator ${index + 1}: arrivals late p99 · lag p99 · busiest 5 s`,
      `${ms(lateP99)} ms · ${ms(lagP99)} ms · ${Math.round(busiest * 100)} % of a core`,
    ]),
  ];
  return card('What it cost', 'From the first arrival to the last departure, read from /proc.', table(['', ''], rows));
}

/** Everything of the report that is text; the charts are drawn into it. */
export function sections(summary: Summary): string {
  return `<main>
${headline(summary)}
${setting(summary)}
${tiles(summary)}
<div class="two">${checks(summary)}${crowd(summary)}</div>
${faults(summary)}
${card('The crowd', 'Students a second. Arrivals follow a plan made beforehand, never the answers.', chart('crowd'))}
<div class="two">
${card('Check-in latency over time', 'Each column is a second; the darker a cell, the more check-ins took so long.', chart('heat'))}
${card('The tail', 'One student in so many waits longer than this.', chart('tails'))}
</div>
${card('The total attendance: truth, and what students see', 'All open pages are looked at four times a second.', chart('counts'))}
${ratios(summary)}
${stepTable(summary)}
<div class="two">
${card('CPU, in cores', `Of ${summary.machine.cores}. All processes of a kind together; “everything else” has nothing to do with this run.`, chart('cpu'))}
${card('Memory', 'Resident, all processes of a kind together.', chart('memory'))}
</div>
${summary.reconnected ? card('All connections cut', `The API was killed under ${many(summary.reconnected.cutSockets)} sockets and served again after ${seconds(summary.reconnected.servesAfter)}; 99.9 % were back after ${summary.reconnected.backAfter === null ? '…never' : seconds(summary.reconnected.backAfter)}.`, chart('reconnect')) : ''}
${costTable(summary)}
</main>`;
}
