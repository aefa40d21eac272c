import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { nodeOptionsForClock } from '@exco/testing';
import type { Parts } from './breakable-system.ts';
import type { Experiment } from './fault.ts';
import { backWithin } from './process-faults.ts';

/** Of a refused write: what Redis said; null when it took it. */
async function refusal(redis: Redis): Promise<string | null> {
  try {
    await redis.set('{exco}:resilience', 'x');
    await redis.del('{exco}:resilience');
    return null;
  } catch (error) {
    return `Redis said: ${(error as Error).message.slice(0, 60)}`;
  }
}

const memoryFull: Experiment = {
  name: 'Redis: memory full, 6 s',
  forSeconds: 6,
  withoutServiceSeconds: backWithin,
  strike: async ({ askRedis }) => {
    await askRedis((redis) => redis.config('SET', 'maxmemory', '1'));
    return {
      proof: () => askRedis(refusal),
      mend: () => askRedis((redis) => redis.config('SET', 'maxmemory', '512mb')),
    };
  },
};

const readOnlyRedis: Experiment = {
  name: 'Redis: a read-only replica, 6 s',
  forSeconds: 6,
  withoutServiceSeconds: backWithin,
  strike: async ({ askRedis }) => {
    // Of a master that is not there: it keeps what it has.
    await askRedis((redis) => redis.replicaof('127.0.0.1', 1));
    return { proof: () => askRedis(refusal), mend: () => askRedis((redis) => redis.replicaof('NO', 'ONE')) };
  },
};

const scriptFlush: Experiment = {
  name: 'Redis: SCRIPT FLUSH, three times',
  forSeconds: 0,
  withoutServiceSeconds: backWithin,
  strike: async ({ askRedis }) => {
    const scripts = async () =>
      askRedis(async (redis) => Number(/number_of_cached_scripts:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0));
    const flushed: number[] = [];
    for (let time = 0; time < 3; time++) {
      flushed.push(await scripts());
      await askRedis((redis) => redis.script('FLUSH', 'SYNC'));
      await sleep(1_000);
    }
    return {
      proof: () => (flushed.every((count) => count > 0) ? `${flushed.join(', ')} scripts were forgotten` : null),
      mend: () => undefined,
    };
  },
};

const gatheredSeconds = 4;

const flushAll: Experiment = {
  name: 'Redis: FLUSHALL while the workers are away',
  forSeconds: 1,
  withoutServiceSeconds: backWithin,
  strike: async ({ worker, askRedis }) => {
    await worker.stop();
    // So long that 202s are promised whose only copy in Redis is lost.
    await sleep(gatheredSeconds * 1_000);
    const lost = await askRedis(async (redis) => {
      const waiting = await redis.llen('{exco}:attendance:wait');
      await redis.flushall();
      return waiting;
    });
    return { proof: () => (lost > 0 ? `${lost} batches were thrown away` : null), mend: () => worker.start() };
  },
};

/** Whether a student of the database may be written; rolled back by the server, which refuses it first. */
async function databaseRefusal({ source }: Parts): Promise<string | null> {
  const [row] = await source.query<{ readOnly: unknown }[]>('SELECT @@global.read_only AS readOnly');
  return ['0', 'OFF'].includes(String(row?.readOnly)) ? null : 'read_only was on';
}

const readOnlyDatabase: Experiment = {
  name: 'the database: read-only, 6 s',
  forSeconds: 6,
  withoutServiceSeconds: backWithin,
  strike: async (parts) => {
    await parts.source.query('SET GLOBAL read_only = 1');
    return {
      proof: () => databaseRefusal(parts),
      mend: () => parts.source.query('SET GLOBAL read_only = 0'),
    };
  },
};

/** Of a table that does not fit any more: what the database said, or that it is gone; null when it made the table. */
async function tableRefusal({ source, database }: Parts): Promise<string | null> {
  if (!database.running) return 'the database ended itself';
  try {
    await source.query('CREATE TABLE no_room_for_this (id INT)');
    await source.query('DROP TABLE no_room_for_this');
    return null;
  } catch (error) {
    const { message } = error as Error;
    return /no space left|disk full|is full/i.test(message) ? `the database said: ${message.slice(0, 120)}` : null;
  }
}

const databaseDiskFull: Experiment = {
  name: 'the database: disk full, 6 s',
  forSeconds: 6,
  withoutServiceSeconds: backWithin,
  smallDisks: true,
  strike: (parts) => {
    parts.disks?.database.fill();
    return {
      proof: () => tableRefusal(parts),
      mend: async () => {
        parts.disks?.database.free();
        await parts.database.start();
      },
    };
  },
};

const redisDiskFull: Experiment = {
  name: 'Redis: disk of its log full, 6 s',
  forSeconds: 6,
  withoutServiceSeconds: backWithin,
  smallDisks: true,
  strike: ({ disks, redis, askRedis }) => {
    disks?.redis.fill();
    return {
      // With `appendfsync always` it ends itself rather than promise what it cannot keep.
      proof: async () => (redis.running ? await askRedis(refusal) : 'Redis ended itself, as it must'),
      mend: async () => {
        disks?.redis.free();
        await redis.start();
      },
    };
  },
};

const minutes = 5;
const shifted = { NODE_OPTIONS: nodeOptionsForClock(minutes * 60_000) };

const clockOfApi: Experiment = {
  name: `clock of one of two API processes ${minutes} min ahead`,
  forSeconds: 6,
  withoutServiceSeconds: 1,
  strike: async ({ startBeside }) => {
    const ahead = await startBeside({ apis: 1, env: shifted });
    return {
      proof: async () => {
        const answer = await fetch(`${ahead.url}/health/ready`);
        const { clockDifferenceMilliseconds: off } = (await answer.json()) as { clockDifferenceMilliseconds: number };
        return Math.abs(off) > 100_000 ? `it says that its clock is off by ${Math.round(-off / 1_000)} s` : null;
      },
      mend: () => ahead.stop(),
    };
  },
};

const clockOfWorker: Experiment = {
  name: `clock of the worker ${minutes} min ahead`,
  forSeconds: 6,
  withoutServiceSeconds: 1,
  strike: async ({ worker, startBeside }) => {
    const ahead = await startBeside({ workers: 1, env: shifted });
    await worker.stop();
    return {
      proof: async () => {
        const text = await (await fetch(`${ahead.observedUrls.workers[0] ?? ''}/metrics`)).text();
        const off = Number(/^exco_clock_difference_seconds(?:\{.*\})? (\S+)$/m.exec(text)?.[1] ?? 0);
        return Math.abs(off) > 100 ? `it says that its clock is off by ${Math.round(-off)} s` : null;
      },
      mend: async () => {
        await worker.start();
        await ahead.stop();
      },
    };
  },
};

export const serverFaults: Experiment[] = [
  memoryFull,
  readOnlyRedis,
  scriptFlush,
  flushAll,
  readOnlyDatabase,
  clockOfApi,
  clockOfWorker,
  redisDiskFull,
  databaseDiskFull,
];

const withoutBoth: Experiment = {
  name: 'control: Redis and the database away at once, 8 s',
  forSeconds: 8,
  withoutServiceSeconds: backWithin,
  mustFail: ['service'],
  strike: async ({ redis, database }) => {
    await Promise.all([redis.kill(), database.kill()]);
    return {
      proof: () => (redis.running || database.running ? null : 'both are gone'),
      mend: () => Promise.all([redis.start(), database.start()]),
    };
  },
};

const falsified: Experiment = {
  name: 'control: nothing strikes; a row is deleted, one changed, an audit entry doubled',
  forSeconds: 1,
  withoutServiceSeconds: backWithin,
  mustFail: ['not struck', 'lost', 'changed', 'doubled'],
  // The total falls by the deleted row.
  mayAlsoFail: ['other'],
  falsifies: ['lost row', 'changed row', 'doubled audit entry'],
  strike: () => ({ proof: () => null, mend: () => undefined }),
};

const undisturbed: Experiment = {
  name: 'control: nothing is broken',
  forSeconds: 0,
  withoutServiceSeconds: 1,
  answersAll: true,
  strike: () => ({ proof: () => 'nothing was to strike', mend: () => undefined }),
};

export const controls: Experiment[] = [undisturbed, falsified, withoutBoth];
