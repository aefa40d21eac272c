import { Generators, type Collected } from './generators.ts';
import type { Progress, ShownGroup } from '../metrics/progress.ts';
import { spreadMilliseconds } from '@exco/page-rules';
import { arrivals } from '../plan/arrivals.ts';
import { planUsers, type UserPlan } from '../plan/user-plan.ts';
import { seeded } from '../plan/random.ts';
import { Sampler, type Samples } from '../system/sampler.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { workBetween, type Work } from '../system/work.ts';
import type { StatementFigures } from '../system/statements.ts';
import { interruption } from '@exco/local-stack';
import { pause } from '../terminal/pause.ts';
import { many, type Say } from '../terminal/say.ts';
import { auditAtRest, type AuditEntry } from '../checks/audit.ts';
import type { AdminEvent } from '@exco/contracts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import type { Behaviour } from '../virtual-user/context.ts';
import { doAdminWork, type AdminWork } from './admin-work.ts';
import { intervene, type Intervened } from './interventions.ts';
import type { ClockRelation } from '../checks/attendance.ts';
import type { Row, Totals } from '../checks/attendance-source.ts';
import { whenAtRest, type AtRest } from '../checks/at-rest.ts';
import { rowsWhenKept } from '../checks/promised-rows.ts';
import { reconnectStorm, type Reconnected } from './reconnect.ts';
import { isLoopback } from '../transport/dial.ts';

/** What was seen of one run, not judged yet. Times are milliseconds since 1970. */
export interface ScenarioRun {
  eventId: number;
  options: ScenarioOptions;
  startedAt: number;
  endedAt: number;
  /** Milliseconds since 1970; null when check-in was open from the start. */
  opensAt: number | null;
  plans: UserPlan[];
  intervened: Intervened;
  /** Empty unless it was asked for. */
  adminWork: AdminWork[];
  audit: AuditEntry[];
  title: string;
  collected: Collected;
  samples: Samples;
  /** CPU seconds of each kind of process from the first arrival to the last departure. */
  cpuSeconds: Record<string, number>;
  /** Resident megabytes of each kind of process before anybody came, and when everybody was watching. */
  memoryBefore: Record<string, number>;
  memoryHeld: Record<string, number>;
  socketsHeld: number;
  work: Work | null;
  statements: StatementFigures[] | null;
  rows: Row[];
  counter: Totals | null;
  /** While everyone watched, and after everyone had checked out. */
  atRest: AtRest[];
  shownAtEnd: ShownGroup[];
  reconnected: Reconnected | null;
  last: Progress;
  clock: ClockRelation;
}

const leadMilliseconds = 1_500;
/** Of the profile `opening`: a fifth of the students comes within so many seconds after it. */
const lateComersSeconds = 30;
/** After the last arrival: typing, thirty classmates at most, and what is slow. */
const settleWithinSeconds = 120;
/** After everyone should have left; the last are those who had to ask whom to check out, and tried again. */
const lingerSeconds = 75;

const memoryOf = (samples: Samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, all.at(-1)?.residentMegabytes ?? 0]));

function describe({ arrived, in: inside, connected, finished, busy, errors }: Progress, students: number): string {
  const plans = [`${many(arrived)}/${many(students)} arrived`, `${many(inside)} in`, `${many(connected)} sockets`];
  if (finished > 0) plans.push(`${many(finished)} left`);
  if (busy > 0) plans.push(`${many(busy)} × 503`);
  if (errors > 0) plans.push(`${many(errors)} errors`);
  return plans.join(' · ');
}

/** The server's time was written somewhere between question and answer. */
function clockRelation(askedAt: number, serverTime: string, answeredAt: number): ClockRelation {
  return { offset: (askedAt + answeredAt) / 2 - Date.parse(serverTime), uncertainty: (answeredAt - askedAt) / 2 };
}

/** Looks twice a second until it is so, or the time is up. */
async function until(
  done: (progress: Progress) => boolean,
  generators: Generators,
  longestSeconds: number,
  { students, checked }: ScenarioOptions,
  say: Say,
): Promise<Progress> {
  const deadline = Date.now() + longestSeconds * 1000;
  for (;;) {
    const progress = await generators.progress();
    // A bare server takes wrong digits for right ones: nothing is told of what nobody checks.
    say.progress(describe(checked ? progress : { ...progress, errors: 0 }, students));
    if (done(progress) || Date.now() > deadline) return progress;
    await pause(500);
  }
}

/** What a run does besides, on purpose. */
export interface Disturbance {
  /** From the first arrival on, while students come. The run goes on when it is over. @param startedAt milliseconds since 1970 */
  whileTheyCome?: (startedAt: number) => Promise<unknown>;
  /** Once everybody watches. */
  whileTheyWatch?: (eventId: number) => Promise<unknown>;
}

/** Runs one whole event: everyone arrives, gets in, watches, and checks out. */
export async function runScenario(
  system: SystemUnderTest,
  options: ScenarioOptions,
  say: Say,
  { whileTheyCome, whileTheyWatch }: Disturbance = {},
): Promise<ScenarioRun> {
  const { students, arriveWithinSeconds, profile, seed, cut } = options;
  const waits = profile === 'opening';
  const opensIn = waits ? leadMilliseconds + options.waitForSeconds * 1_000 : null;
  const askedAt = Date.now();
  const event = await system.admin.createEvent(`Load test, ${many(students)} students`, opensIn);
  const clock = system.sharesMachine
    ? { offset: 0, uncertainty: 0 }
    : clockRelation(askedAt, event.serverTime, Date.now());
  const within = waits ? options.waitForSeconds + lateComersSeconds : arriveWithinSeconds;
  const plans = planUsers(system.people, arrivals(profile, students, within, seeded(seed)), seed + 1);
  const generators = new Generators(options.generators);
  const shown = () => generators.shown();
  try {
    await generators.prepare(behaviourOf(system, options, event), plans, isLoopback(system.url));
    interruption.throwIfAborted();
    const sampler = new Sampler(() => [
      ...system.processes(),
      ...generators.pids.map((pid) => ({ name: 'generator', pid })),
    ]);
    sampler.start();
    const before = await system.work();
    await system.statements?.forget();
    const startedAt = waits
      ? Date.parse(event.opensAt) - options.waitForSeconds * 1_000
      : Date.now() + leadMilliseconds;
    await generators.start(startedAt);
    await pause(Math.max(0, startedAt - Date.now()));
    const memoryBefore = memoryOf(sampler.samples);

    const intervening = Promise.all([
      intervene({ system, options, event, plans, startedAt, withinSeconds: within, say }),
      options.adminWork
        ? doAdminWork(system.admin, { eventId: event.id, startedAt, withinSeconds: within })
        : Promise.resolve([]),
      whileTheyCome?.(startedAt),
    ]);
    // Waited for below; a fault before that must not end the process.
    intervening.catch(() => undefined);
    const longest = within + settleWithinSeconds + options.movesOpeningBySeconds;
    await until(({ settled }) => settled >= students, generators, longest, options, say);
    const [intervened, adminWork] = await intervening;
    await pause(options.holdSeconds * 1000);
    await whileTheyWatch?.(event.id);
    const rest = (when: string) =>
      options.checked ? whenAtRest(shown, system.attendance, event.id, when).then((one) => [one]) : [];
    const atRest = [...(await rest('while everyone watched'))];
    const memoryHeld = memoryOf(sampler.samples);
    const socketsHeld = (await generators.progress()).connected;
    const reconnected = cut ? await reconnectStorm(system, generators, say) : null;
    if (reconnected) atRest.push(...(await rest('after the cut')));

    say.line('The host ends the event');
    await system.admin.endEvent(event.id);
    await generators.end();
    const longestLeaving = spreadMilliseconds(students) / 1000 + options.leaveWithinSeconds + lingerSeconds;
    const last = await until(({ finished }) => finished >= students, generators, longestLeaving, options, say);
    atRest.push(...(await rest('after everyone had left')));

    const endedAt = Date.now();
    const cpuSeconds = sampler.cpuSeconds();
    sampler.stop();
    const after = await system.work();
    const statements = (await system.statements?.figures()) ?? null;
    const shownAtEnd = await shown();
    const collected = await generators.collect();
    const readRows = () => system.attendance.rows(event.id);
    const rows = options.checked ? await rowsWhenKept(readRows, collected.log) : await readRows();
    return {
      eventId: event.id,
      options,
      startedAt,
      endedAt,
      opensAt: waits ? intervened.opensAt : null,
      plans,
      intervened,
      adminWork,
      audit: options.checked ? await auditAtRest((before) => system.admin.audit(event.id, before), collected.log) : [],
      title: intervened.title,
      collected,
      cpuSeconds,
      memoryBefore,
      memoryHeld,
      socketsHeld,
      atRest,
      shownAtEnd,
      reconnected,
      last,
      clock,
      statements,
      samples: sampler.samples,
      work: before && after ? workBetween(before, after) : null,
      rows,
      counter: await system.attendance.counter(event.id),
    };
  } finally {
    await generators.close();
  }
}

function behaviourOf(
  { url }: SystemUnderTest,
  { images, pace, leaveWithinSeconds, cut, slowDatabase, interventions, faults }: ScenarioOptions,
  { id, minimumKbps }: AdminEvent,
): Behaviour {
  return {
    url,
    eventId: id,
    minimumKbps,
    images,
    pace,
    leaveWithinSeconds,
    cutsExpected: cut,
    totalsOnlyRise: !interventions,
    databaseIsSlow: slowDatabase,
    faults,
  };
}
