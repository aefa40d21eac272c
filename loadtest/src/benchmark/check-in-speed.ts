import { setTimeout as sleep } from 'node:timers/promises';
import { digitsOf, type RosterStudent } from '../plan/user-plan.ts';
import { ServingProcess } from '../processes/child-process.ts';
import type { Options } from '../plan/options.ts';
import { systemFor } from '../run/perform.ts';
import { targetOf } from '../transport/dial.ts';
import { HttpClient } from '../transport/http-client.ts';
import { usageOf, type Watched } from '../system/processes.ts';
import type { Say } from '../terminal/say.ts';
import type { BarePost } from './bare-post.ts';
import type { CheckInRequests, PreparedCheckIn, Sent } from './check-in-requests.ts';

const connections = 200;
const seconds = 6;
const warmUpSeconds = 3;
const groupSize = 3;
const students = 3_000;
const signInsAtOnce = 16;
/** Requests a second that the product will not exceed: for so many there are new rows. */
const mostPerSecond = 12_000;
/** Batches under way are committed, and their audit is written. */
const settleMilliseconds = 3_000;

export interface CheckInSpeed {
  /** Microseconds of CPU for each answered check-in of three, and answers a second. */
  product: { microseconds: number; perSecond: number; byProcess: Record<string, number> };
  /** A bare Fastify POST that parses the same body. */
  bare: { microseconds: number; perSecond: number };
}

/** CPU of a check-in of three at full speed. @throws Error when an answer was not 200, or a row is missing */
export async function checkInSpeed(options: Options, say: Say): Promise<CheckInSpeed> {
  await using resources = new AsyncDisposableStack();
  const sender = resources.use(new ServingProcess<CheckInRequests>(new URL('check-in-requests.ts', import.meta.url)));
  const bareServer = resources.use(new ServingProcess<BarePost>(new URL('bare-post.ts', import.meta.url)));
  const system = await systemFor({ ...options, students, history: 0, statements: false }, say, resources);
  const prepared = await prepare(system.url, system.people);
  await sender.call('prepare', prepared);

  const bareUrl = `http://127.0.0.1:${await bareServer.call('listen', undefined)}`;
  await sender.call('send', { url: bareUrl, eventIds: null, connections, seconds: warmUpSeconds });
  const bareBefore = usageOf(bareServer.pid)?.cpuSeconds ?? 0;
  const bare = onlyAnswered(await sender.call('send', { url: bareUrl, eventIds: null, connections, seconds }));
  const bareSeconds = (usageOf(bareServer.pid)?.cpuSeconds ?? 0) - bareBefore;

  const events = async (forSeconds: number) => {
    const ids: number[] = [];
    while (ids.length * prepared.length < mostPerSecond * forSeconds)
      ids.push((await system.admin.createEvent('Check-ins at full speed')).id);
    return ids;
  };
  const run = async (forSeconds: number) => {
    const eventIds = await events(forSeconds);
    const sent = onlyAnswered(
      await sender.call('send', { url: system.url, eventIds, connections, seconds: forSeconds }),
    );
    await sleep(settleMilliseconds);
    let rows = 0;
    for (const id of eventIds) rows += (await system.attendance.totals(id)).checkedIn;
    if (rows < sent.answered * groupSize) throw new Error(`${rows} rows of ${sent.answered} check-ins of ${groupSize}`);
    return sent;
  };
  await run(warmUpSeconds);
  const before = cpuByName(system.processes());
  const product = await run(seconds);
  const after = cpuByName(system.processes());
  const byProcess = Object.fromEntries(
    Object.entries(after).map(([name, used]) => [name, ((used - (before[name] ?? 0)) / product.answered) * 1e6]),
  );
  return {
    product: {
      microseconds: Object.values(byProcess).reduce((sum, one) => sum + one, 0),
      perSecond: product.answered / product.seconds,
      byProcess,
    },
    bare: { microseconds: (bareSeconds / bare.answered) * 1e6, perSecond: bare.answered / bare.seconds },
  };
}

function cpuByName(processes: readonly Watched[]): Record<string, number> {
  const used: Record<string, number> = {};
  for (const { name, pid } of processes) used[name] = (used[name] ?? 0) + (usageOf(pid)?.cpuSeconds ?? 0);
  return used;
}

/** @throws Error when anything but 200 came back: a refusal is cheaper than an answer */
function onlyAnswered(sent: Sent): Sent {
  if (Object.keys(sent.others).length > 0) throw new Error(`answers other than 200: ${JSON.stringify(sent.others)}`);
  if (sent.exhausted) throw new Error('the system was faster than there were new rows to ask for');
  return sent;
}

/** Whole groups of classmates, everybody in one of them at most, each with the cookie of its first member. */
async function prepare(url: string, people: readonly RosterStudent[]): Promise<PreparedCheckIn[]> {
  const classes = Map.groupBy(
    people.filter(({ classIds }) => classIds.length > 0),
    ({ classIds }) => classIds[0],
  );
  const groups = [...classes.values()].flatMap((members) =>
    Array.from({ length: Math.floor(members.length / groupSize) }, (_, index) =>
      members.slice(index * groupSize, (index + 1) * groupSize),
    ),
  );
  const target = targetOf(url);
  const prepared: PreparedCheckIn[] = [];
  const waiting = groups.values();
  const worker = async () => {
    for (const [me, ...others] of waiting) {
      if (!me) continue;
      const client = new HttpClient(target, undefined);
      await client.ask('POST', '/api/session', JSON.stringify({ username: me.username }));
      client.close();
      const classmates = others.map(({ id, username }) => ({ userId: id, digits: digitsOf(username) }));
      const connection = { kbps: 4_200, bytes: 196_608 };
      prepared.push({
        cookie: client.cookieHeader,
        body: JSON.stringify({ digits: digitsOf(me.username), classmates, connection }),
      });
    }
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, worker));
  return prepared;
}
