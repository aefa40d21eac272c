import { Generators, type Collected } from '../generator/generators.ts';
import type { Progress, ShownGroup } from '../generator/messages.ts';
import { spreadMilliseconds } from '@exco/page-rules';
import { arrivals, type Profile } from '../plan/arrivals.ts';
import { castParts, type Part } from '../plan/cast.ts';
import { seeded } from '../plan/random.ts';
import { Sampler, type Samples } from '../system/sampler.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { workBetween, type Work } from '../system/work.ts';
import { interruption, pause } from '../terminal/interruption.ts';
import { many, type Say } from '../terminal/say.ts';
import type { ClockRelation } from '../truth/judge.ts';
import type { Row, Totals } from '../truth/rows.ts';
import { whenAtRest, type AtRest } from './at-rest.ts';
import { reconnectStorm, type Reconnected } from './reconnect-storm.ts';

/** How the crowd of one run comes, behaves and goes. */
export interface StormOptions {
  students: number;
  arriveWithinSeconds: number;
  profile: Profile;
  seed: number;
  pace: number;
  images: boolean;
  /** Everyone sits and watches, and the totals come to rest. */
  holdSeconds: number;
  leaveWithinSeconds: number;
  generators: number;
  /** Kill the API while everyone watches. */
  cut: boolean;
}

/** What was seen of one run, not judged yet. Times are milliseconds since 1970. */
export interface Storm {
  eventId: number;
  options: StormOptions;
  startedAt: number;
  endedAt: number;
  parts: Part[];
  collected: Collected;
  samples: Samples;
  /** CPU seconds of each kind of process from the first arrival to the last departure. */
  cpuSeconds: Record<string, number>;
  /** Resident megabytes of each kind of process before anybody came, and when everybody was watching. */
  memoryBefore: Record<string, number>;
  memoryHeld: Record<string, number>;
  socketsHeld: number;
  work: Work | null;
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
/** After the last arrival: typing, thirty classmates at most, and what is slow. */
const patienceSeconds = 120;
/** After everyone should have left; the last are those who had to ask whom to check out, and tried again. */
const lingerSeconds = 75;

const memoryOf = (samples: Samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, all.at(-1)?.residentMegabytes ?? 0]));

function describe({ arrived, in: inside, connected, finished, busy, errors }: Progress, students: number): string {
  const parts = [`${many(arrived)}/${many(students)} arrived`, `${many(inside)} in`, `${many(connected)} sockets`];
  if (finished > 0) parts.push(`${many(finished)} left`);
  if (busy > 0) parts.push(`${many(busy)} × 503`);
  if (errors > 0) parts.push(`${many(errors)} errors`);
  return parts.join(' · ');
}

/** The server's time was written somewhere between question and answer. */
function clockRelation(askedAt: number, serverTime: string, answeredAt: number): ClockRelation {
  return { offset: (askedAt + answeredAt) / 2 - Date.parse(serverTime), uncertainty: (answeredAt - askedAt) / 2 };
}

/** Looks once a second until it is so, or the time is up. */
async function until(
  done: (progress: Progress) => boolean,
  generators: Generators,
  longestSeconds: number,
  students: number,
  say: Say,
): Promise<Progress> {
  const deadline = Date.now() + longestSeconds * 1000;
  for (;;) {
    const progress = generators.progress();
    say.progress(describe(progress, students));
    if (done(progress) || Date.now() > deadline) return progress;
    await pause(500);
  }
}

/** Plays one whole event: everyone arrives, gets in, watches, and checks out. */
export async function playStorm(
  system: SystemUnderTest,
  options: StormOptions,
  say: Say,
  preload?: string,
): Promise<Storm> {
  const { students, arriveWithinSeconds, profile, seed, pace, images, leaveWithinSeconds, cut } = options;
  const askedAt = Date.now();
  const event = await system.admin.createEvent(`Load test, ${many(students)} students`);
  const clock = system.sharesMachine
    ? { offset: 0, uncertainty: 0 }
    : clockRelation(askedAt, event.serverTime, Date.now());
  const parts = castParts(system.people, arrivals(profile, students, arriveWithinSeconds, seeded(seed)), seed + 1);
  const generators = new Generators(options.generators, preload);
  try {
    const direction = {
      url: system.url,
      eventId: event.id,
      minimumKbps: event.minimumKbps,
      images,
      pace,
      leaveWithinSeconds,
      cutsExpected: cut,
    };
    await generators.prepare(direction, parts, system.sharesMachine);
    interruption.throwIfAborted();
    const sampler = new Sampler(() => [
      ...system.processes(),
      ...generators.pids.map((pid) => ({ name: 'generator', pid })),
    ]);
    sampler.start();
    const before = await system.work();
    const startedAt = Date.now() + leadMilliseconds;
    generators.start(startedAt);
    await pause(leadMilliseconds);
    const memoryBefore = memoryOf(sampler.samples);

    await until(({ settled }) => settled >= students, generators, arriveWithinSeconds + patienceSeconds, students, say);
    await pause(options.holdSeconds * 1000);
    const atRest = [await whenAtRest(generators, system.truth, event.id, 'while everyone watched')];
    const memoryHeld = memoryOf(sampler.samples);
    const socketsHeld = generators.progress().connected;
    const reconnected = cut ? await reconnectStorm(system, generators, say) : null;
    if (reconnected) atRest.push(await whenAtRest(generators, system.truth, event.id, 'after the cut'));

    say.line('The host ends the event');
    await system.admin.endEvent(event.id);
    generators.end();
    const longestLeaving = spreadMilliseconds(students) / 1000 + leaveWithinSeconds + lingerSeconds;
    const last = await until(({ finished }) => finished >= students, generators, longestLeaving, students, say);
    atRest.push(await whenAtRest(generators, system.truth, event.id, 'after everyone had left'));

    const endedAt = Date.now();
    const cpuSeconds = sampler.cpuSeconds();
    sampler.stop();
    const after = await system.work();
    const shownAtEnd = await generators.shown();
    const collected = await generators.collect();
    return {
      eventId: event.id,
      options,
      startedAt,
      endedAt,
      parts,
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
      samples: sampler.samples,
      work: before && after ? workBetween(before, after) : null,
      rows: await system.truth.rows(event.id),
      counter: await system.truth.counter(event.id),
    };
  } finally {
    await generators.close();
  }
}
