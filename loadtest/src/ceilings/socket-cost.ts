import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { countAge } from './count-age.ts';
import { collectReceipts, holdSockets, releaseSockets, settledBytes, together } from './held-sockets.ts';
import { isAnotherDue, type Pace } from './pace.ts';
import { sharedClock } from './perform.ts';
import { Player } from './player.ts';
import type { Audience, Receipt } from './players/audience.ts';
import type { BareSockets } from './players/bare-sockets.ts';
import { compare, median, round, type Comparison, type Limit, type Round } from './ratio.ts';
import { portOf, type Stage } from './stage.ts';

export interface SocketOptions extends Pace {
  /** Held at a time. */
  sockets: number;
  /** Counts that are sent to all of them, in each pass. */
  broadcasts: number;
}

/** What one server needs to hold the sockets and to send a count to all of them. Milliseconds. */
interface Pass {
  bytesPerSocket: number;
  firstToLast: number;
  orderToLast: number;
}

const audienceProcesses = 2;
/** Above the pause that the product keeps between two counts. */
const betweenBroadcasts = 1_600;
/** On a busy machine a count may take longer; after so many looks it is lost. */
const mostLooks = 5;
const collecting = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('players/collect-on-signal.mjs', import.meta.url)),
];

/** The count that every socket has got. Others, of the sockets' own coming, may be among what comes. */
async function reachedAll(audience: Player<Audience>[], sockets: number): Promise<Receipt> {
  let receipts: Receipt[] = [];
  for (let look = 0; look < mostLooks; look++) {
    await sleep(betweenBroadcasts);
    receipts = together([...receipts, ...(await collectReceipts(audience))]);
    const whole = receipts.filter((one) => one.sockets === sockets).at(-1);
    if (whole) return whole;
  }
  throw new Error(`a count reached ${receipts.map((one) => one.sockets).join(', ') || 'none'} of ${sockets} sockets`);
}

type Held = Parameters<typeof holdSockets>[1];

/**
 * Bytes that one more socket takes, once half of them are held: the first ones pay for compiled code, a grown nursery
 * and free lists, or find memory that the start has left over.
 */
async function memoryPerSocket(
  audience: Player<Audience>[],
  held: Held,
  settled: () => Promise<number>,
): Promise<number> {
  const half = held.cookies.length >> 1;
  await holdSockets(audience, { ...held, cookies: held.cookies.slice(0, half) });
  const before = await settled();
  await holdSockets(audience, { ...held, cookies: held.cookies.slice(half) });
  return ((await settled()) - before) / (held.cookies.length - half);
}

/** Sends the counts one by one, and looks at when each had reached the first and the last socket. */
async function timed(
  audience: Player<Audience>[],
  options: SocketOptions,
  send: (number: number) => Promise<number>,
): Promise<Omit<Pass, 'bytesPerSocket'>> {
  const { sockets, broadcasts } = options;
  await collectReceipts(audience);
  const spreads: number[] = [];
  const whole: number[] = [];
  for (let number = 0; number < broadcasts; number++) {
    const orderedAt = await send(number);
    const receipt = await reachedAll(audience, sockets);
    spreads.push(receipt.last - receipt.first);
    whole.push(receipt.last - orderedAt);
  }
  return { firstToLast: median(spreads), orderToLast: median(whole) };
}

async function barePass(stage: Stage, audience: Player<Audience>[], options: SocketOptions): Promise<Pass> {
  await using bare = new Player<BareSockets>('bare-sockets', stage.signal, collecting);
  const port = await bare.call('listen', undefined);
  // The same headers as at the product.
  const cookies = stage.students.slice(0, options.sockets).map(({ cookie }) => cookie);
  const bytesPerSocket = await memoryPerSocket(audience, { port, path: '/', cookies }, () => settledBytes(bare.pid));
  const sent = await timed(audience, options, async (number) => {
    const orderedAt = sharedClock();
    const counts = {
      type: 'counts',
      eventId: 1,
      checkedIn: number + 1,
      checkedOut: 0,
      watching: options.sockets,
      seq: number + 1,
    };
    await bare.call('say', JSON.stringify(counts));
    return orderedAt;
  });
  await releaseSockets(audience);
  return { bytesPerSocket, ...sent };
}

/** @returns the age of the count too where `withAge` asks for it */
async function productPass(
  stage: Stage,
  audience: Player<Audience>[],
  options: SocketOptions,
  withAge: boolean,
): Promise<Pass & { age: Limit | null }> {
  const system = await stage.startSystem({ NODE_OPTIONS: `${collecting[0] ?? ''} --import ${collecting[2] ?? ''}` });
  try {
    await stage.clear();
    const [eventId = 0] = await stage.createEvents(system, 1);
    const port = portOf(system);
    const pid = system.apis[0]?.pid ?? 0;
    const redis = [stage.stack.redis.pid ?? 0];
    const cookies = stage.students.slice(0, options.sockets).map(({ cookie }) => cookie);
    const held = { port, path: `/api/live?eventId=${eventId}`, cookies };
    const bytesPerSocket = await memoryPerSocket(audience, held, () => settledBytes(pid, redis));
    const sent = await timed(audience, options, async (number) => {
      const students = stage.students.slice(number, number + 1);
      const [known] = await stage.visitors.call('checkIn', {
        port,
        eventId,
        students,
        everyMilliseconds: 0,
        already: number,
      });
      return known?.at ?? sharedClock();
    });
    const age = withAge ? await countAge({ stage, audience, port, eventId, checkedIn: options.broadcasts }) : null;
    await releaseSockets(audience);
    return { bytesPerSocket, ...sent, age };
  } finally {
    await system.stop();
  }
}

/** Memory of held sockets and the time of one count to all of them, against a bare `ws` server; and the age of the counts. */
export async function socketCost(
  stage: Stage,
  options: SocketOptions,
): Promise<{ comparisons: Comparison[]; age: Limit }> {
  await using resources = new AsyncDisposableStack();
  const audience = Array.from({ length: audienceProcesses }, () =>
    resources.use(new Player<Audience>('audience', stage.signal)),
  );
  const memory: Round[] = [];
  const spread: Round[] = [];
  const whole: Round[] = [];
  let age: Limit | null = null;
  while (isAnotherDue(memory, options)) {
    const bare = await barePass(stage, audience, options);
    const product = await productPass(stage, audience, options, age === null);
    age ??= product.age;
    memory.push(round(bare.bytesPerSocket / 1000, product.bytesPerSocket / 1000));
    spread.push(round(bare.firstToLast, product.firstToLast));
    whole.push(round(bare.orderToLast, product.orderToLast));
  }
  if (!age) throw new Error('the age of the counts was not measured');
  const { sockets, broadcasts } = options;
  const held = sockets.toLocaleString('en');
  const generator = `raw sockets in ${audienceProcesses} processes, ${held} sockets from 4 addresses`;
  const counted = `median of ${broadcasts} counts a round`;
  return {
    comparisons: [
      compare(
        {
          what: 'server memory per held socket',
          against: `bare ws server holding ${held}, its own process`,
          unit: 'kB',
          target: { bound: 'most', ratio: 1.5 },
          generator,
          notes: [
            'anonymous pages of API and Redis after garbage collection, less free room in the heap, from half of the sockets to all; fresh processes each round',
          ],
        },
        memory,
      ),
      compare(
        {
          what: `a count to ${held} sockets, first receipt to last`,
          against: `bare ws send loop to ${held}, its own process`,
          unit: 'ms',
          target: { bound: 'most', ratio: 1.5 },
          generator,
          notes: [counted],
        },
        spread,
      ),
      compare(
        {
          what: 'the same from the check-in’s answer to the last receipt',
          against: `bare ws send loop to ${held}, its own process, from the order to send`,
          unit: 'ms',
          target: null,
          generator,
          notes: ['includes the way of the news through Redis and the read of the counter'],
        },
        whole,
      ),
    ],
    age,
  };
}
