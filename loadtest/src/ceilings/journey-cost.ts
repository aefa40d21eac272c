import type { System } from '@exco/local-stack';
import { CheckInVolleys, startBarePost } from './check-in-volleys.ts';
import { autocannonVersion } from './generator-version.ts';
import { isAnotherDue, type Pace } from './pace.ts';
import { cpuSeconds } from './process-figures.ts';
import { compare, round, type Comparison, type Round } from './ratio.ts';
import { groupsOf, portOf, type Stage } from './stage.ts';

export interface JourneyOptions extends Pace {
  /** Students who make the whole journey, in each pass. */
  journeys: number;
}

/** As many as the storm of the design has on their way: 333 a second, and a fraction of a second of answers each. */
const atOnce = 100;
const warmUpJourneys = 300;
const warmUpSeconds = 2;

/** Milliseconds of CPU of all server processes for one student’s whole journey, against those of one bare no-op POST. */
export async function journeyCost(stage: Stage, system: System, options: JourneyOptions): Promise<Comparison[]> {
  await using resources = new AsyncDisposableStack();
  const bare = await startBarePost(resources, stage.signal);
  const volleys = await CheckInVolleys.load(resources, stage, system, 3);
  // One event alone, as on the day: a list of twenty would make every journey dearer.
  const [eventId = 0] = await stage.createEvents(system, 1);
  const servers = [...system.apis, ...system.workers, stage.stack.database, stage.stack.redis];
  const pids = servers.map(({ pid }) => pid ?? 0);
  const spent = servers.map(() => 0);
  let journeysMade = 0;
  const all = groupsOf(stage.students, 3).map(([me, ...companions]) => ({
    username: me?.username ?? '',
    digits: me?.digits ?? '',
    companions: companions.map(({ id, digits }) => ({ userId: id, digits })),
  }));

  const postMilliseconds = async (seconds: number): Promise<number> => {
    const before = cpuSeconds(bare.player.pid);
    const { answered } = await volleys.atBarePost(bare.port, seconds);
    return ((cpuSeconds(bare.player.pid) - before) / answered) * 1000;
  };
  const journeyMilliseconds = async (images: boolean, journeys: number): Promise<number> => {
    await stage.clear();
    const visitors = all.slice(0, journeys);
    const before = pids.map(cpuSeconds);
    await stage.visitors.call('travel', { port: portOf(system), eventId, images, visitors, atOnce });
    const used = pids.map((pid, index) => cpuSeconds(pid) - (before[index] ?? 0));
    if (images) {
      used.forEach((seconds, index) => (spent[index] = (spent[index] ?? 0) + seconds));
      journeysMade += visitors.length;
    }
    return (used.reduce((sum, seconds) => sum + seconds, 0) / visitors.length) * 1000;
  };

  await postMilliseconds(warmUpSeconds);
  await journeyMilliseconds(true, warmUpJourneys);
  spent.fill(0);
  journeysMade = 0;
  const withImages: Round[] = [];
  const without: Round[] = [];
  while (isAnotherDue(withImages, options)) {
    const ceiling = await postMilliseconds(options.seconds);
    withImages.push(round(ceiling, await journeyMilliseconds(true, options.journeys)));
    without.push(round(ceiling, await journeyMilliseconds(false, options.journeys)));
  }
  const described = {
    against: 'one bare Fastify POST parsing a check-in',
    unit: 'ms CPU',
    generator: `journeys: node:http, ${atOnce} students at once, connections of their own; POST: autocannon ${autocannonVersion}`,
    notes: ['server CPU is API, worker, database and Redis, kernel time included', 'each student checks in three'],
  };
  const shares = servers.map(
    ({ name }, index) => `${name} ${(((spent[index] ?? 0) / journeysMade) * 1000).toFixed(2)} ms`,
  );
  const whole = { ...described, notes: [...described.notes, shares.join(', ')] };
  return [
    compare({ ...whole, what: 'server CPU of one whole journey', target: { bound: 'most', ratio: 25 } }, withImages),
    compare({ ...described, what: 'the same without the three test images (a CDN has them)', target: null }, without),
  ];
}
