import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnProcess } from '@exco/local-stack';
import type { Parts } from './breakable-system.ts';
import type { Experiment } from './fault.ts';

type Part = 'api' | 'worker' | 'redis' | 'database';
export const named: Record<Part, string> = {
  api: 'the API',
  worker: 'the worker',
  redis: 'Redis',
  database: 'the database',
};
const parts = Object.keys(named) as Part[];

/** Of every fault: back within so many seconds, after whatever nobody can serve through. */
export const backWithin = 5;
/** The only API process of a host, from its end to its first answer. */
const apiBackWithin = 3;

/** proc(5): T is stopped by a signal. */
function stateOf(pid: number | null): string | null {
  try {
    return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

async function kill(process: OwnProcess): Promise<() => string | null> {
  const { pid } = process;
  await process.kill();
  return () => (pid !== null && stateOf(pid) === null ? `process ${pid} is gone` : null);
}

/** A supervisor starts the API and the worker at once; a server is away for a while. */
const awayFor: Record<Part, number> = { api: 0, worker: 3, redis: 6, database: 5 };
const withoutService: Record<Part, number> = {
  api: apiBackWithin,
  worker: backWithin,
  redis: backWithin,
  database: backWithin,
};

const kills = parts.map((part): Experiment => ({
  name: `kill -9 of ${named[part]}`,
  forSeconds: awayFor[part],
  withoutServiceSeconds: withoutService[part],
  mayLoseAudit: part === 'api',
  strike: async (all) => ({ proof: await kill(all[part]), mend: () => all[part].start() }),
}));

const stoppedFor = 5;

const stops = parts.map((part): Experiment => ({
  name: `SIGSTOP of ${named[part]}, ${stoppedFor} s`,
  forSeconds: stoppedFor,
  withoutServiceSeconds: part === 'api' ? stoppedFor + backWithin : backWithin,
  strike: (all) => {
    all[part].pause();
    return {
      proof: () => (stateOf(all[part].pid) === 'T' ? `process ${String(all[part].pid)} was in state T` : null),
      mend: () => all[part].resume(),
    };
  },
}));

async function ended(process: OwnProcess): Promise<() => string | null> {
  const { pid } = process;
  const from = Date.now();
  await process.stop();
  const took = Date.now() - from;
  return () => (stateOf(pid) === null ? `process ${String(pid)} ended ${took} ms after SIGTERM` : null);
}

const restarts = parts.map((part): Experiment => ({
  name: `restart of ${named[part]}`,
  forSeconds: 0,
  withoutServiceSeconds: part === 'api' ? 1 + backWithin : backWithin,
  strike: async (all) => ({ proof: await ended(all[part]), mend: () => all[part].start() }),
}));

/** One after the other, behind a balancer that looks at `ready`. */
const rolling: Experiment = {
  name: 'rolling restart of two API processes',
  forSeconds: 0,
  withoutServiceSeconds: 1,
  answersAll: true,
  strike: async ({ api, startBeside }) => {
    const other = await startBeside({ apis: 1 });
    const first = await ended(api);
    await api.start();
    // Until the balancer has seen it.
    await sleep(1_000);
    await other.stop();
    return { proof: first, mend: () => undefined };
  },
};

/** What it took from the queue and has not written is written by the other. */
const oneOfTwo: Experiment = {
  name: 'SIGSTOP of one of two workers, 8 s',
  forSeconds: 8,
  withoutServiceSeconds: backWithin,
  strike: async ({ worker, startBeside }) => {
    const other = await startBeside({ workers: 1 });
    worker.pause();
    return {
      proof: () => (stateOf(worker.pid) === 'T' ? `process ${String(worker.pid)} was in state T` : null),
      mend: async () => {
        worker.resume();
        await other.stop();
      },
    };
  },
};

const ofAll = ({ database, redis, api, worker }: Parts) => [database, redis, api, worker];

const powerCut: Experiment = {
  name: 'power cut: kill -9 of everything, and a start',
  forSeconds: 0,
  // Two servers recover from their logs, then the processes start.
  withoutServiceSeconds: 10,
  mayLoseAudit: true,
  strike: async (all) => {
    const proofs = await Promise.all(ofAll(all).map(kill));
    return {
      proof: () => {
        const each = proofs.map((proof) => proof());
        return each.includes(null) ? null : each.join(', ');
      },
      mend: async () => {
        await Promise.all([all.database.start(), all.redis.start()]);
        await Promise.all([all.api.start(), all.worker.start()]);
      },
    };
  },
};

export const processFaults: Experiment[] = [...kills, ...stops, oneOfTwo, ...restarts, rolling, powerCut];
