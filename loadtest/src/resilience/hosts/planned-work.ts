import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../fault.ts';
import { backWithin } from '../process-faults.ts';
import { useDatabase } from './database-proxy.ts';
import { statusOf } from './galera-status.ts';
import { apis, type Site } from './parts.ts';

/** Milliseconds, until each HAProxy has seen a change: two checks, two seconds apart. */
export const seenByBalancers = 5_000;

/** Each batch adds to the counter of the event: transactions of two nodes that do so at once cannot both be committed. */
export const twoWriters: Experiment<Site> = {
  name: 'two databases take writes at once, one for each worker host',
  forSeconds: 10,
  withoutServiceSeconds: backWithin,
  strike: async ({ folderOf, sockets }) => {
    const folder = folderOf('worker-2');
    await useDatabase(folder, 'database-1', false);
    const both = () => Promise.all((['database-1', 'database-2'] as const).map((name) => statusOf(sockets[name])));
    const before = await both();
    return {
      proof: async () => {
        const since = (await both()).map(({ written, conflicts }, index) => ({
          written: written - (before[index]?.written ?? 0),
          conflicts: conflicts - (before[index]?.conflicts ?? 0),
        }));
        const wrote = since.every(({ written }) => written > 0);
        const told = since.map(({ written, conflicts }) => `${written} transactions and ${conflicts} conflicts`);
        return wrote ? `database-1: ${told[0] ?? ''}; database-2: ${told[1] ?? ''}` : null;
      },
      mend: () => useDatabase(folder, 'database-1', true),
    };
  },
};

export const rolling: Experiment<Site> = {
  name: 'rolling restart of both API hosts',
  forSeconds: 0,
  withoutServiceSeconds: 1,
  answersAll: true,
  arriveWithinSeconds: 36,
  strike: async ({ hosts }) => {
    const told: string[] = [];
    for (const name of apis) {
      const { programs } = hosts[name];
      const api = programs.find((program) => program.name === 'the API');
      if (!api) throw new Error(`${name} has no API`);
      const { pid } = api;
      const from = Date.now();
      await api.stop();
      told.push(`process ${String(pid)} of ${name} ended ${Date.now() - from} ms after SIGTERM`);
      await api.start();
      await sleep(seenByBalancers);
    }
    return { proof: () => told.join('; '), mend: () => undefined };
  },
};
