import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../fault.ts';
import { together, type Proof } from './evidence.ts';
import type { Program } from './host.ts';
import { metricsPort, type ProcessHost, type Site } from './parts.ts';
import { seenByBalancers } from './planned-work.ts';

/** Two checks of a balancer, two seconds apart, before and after. */
const sideBySideSeconds = 8;

/** Sums of a process's figures whose name and labels fit. */
async function figureOf(address: string, line: RegExp): Promise<number> {
  const answer = await fetch(`http://${address}:${metricsPort}/metrics`, { signal: AbortSignal.timeout(3_000) });
  const figures = (await answer.text()).split('\n').filter((one) => line.test(one));
  return figures.reduce((sum, one) => sum + Number(one.split(' ').at(-1)), 0);
}

/** Batches of an API that logs its requests, which this worker has committed. */
function batchesLogged({ folderOf }: Site, worker: ProcessHost): number {
  const log = readFileSync(join(folderOf(worker), 'worker.log'), 'utf8');
  return log.split('\n').filter((line) => line.includes('"batch":')).length;
}

function programOf({ hosts }: Site, name: ProcessHost): Program {
  const own = hosts[name].programs.find((program) => /^the (API|worker)/.test(program.name));
  if (!own) throw new Error(`${name} has neither API nor worker`);
  return own;
}

/** It takes the place of the process of this version on that host, as at an upgrade. Gives what puts that back. */
async function replace(site: Site, name: ProcessHost, checkout: string): Promise<() => Promise<void>> {
  const own = programOf(site, name);
  await own.stop();
  const other = await site.startOther(name, checkout);
  return async () => {
    await other.stop();
    await own.start();
  };
}

/** @param other root of a built checkout of another version; null: none was given */
export const twoVersions = (other: string | null): Experiment<Site> => ({
  name: 'two versions side by side: the other one on an API host and a worker host',
  ...(other === null ? { hindrance: '--other names no built checkout of another version' } : {}),
  forSeconds: sideBySideSeconds,
  withoutServiceSeconds: 1,
  answersAll: true,
  arriveWithinSeconds: 38,
  strike: async (site) => {
    const checkout = other ?? '';
    const { hosts } = site;
    // Each worker then has jobs of both APIs, each API replies of both workers and signals of all.
    const back = await Promise.all((['worker-2', 'api-2'] as const).map((name) => replace(site, name, checkout)));
    await sleep(seenByBalancers);
    const proofOf = (count: number, what: string): Proof => (count > 0 ? `${count} ${what}` : null);
    const committed = /^exco_attendance_requests_total\{.*answer="committed"/;
    return {
      proof: async () =>
        together(
          'the other version on api-2 and worker-2',
          proofOf(await figureOf(hosts['api-2'].address, committed), 'requests of its API answered after the commit'),
          proofOf(batchesLogged(site, 'worker-2'), 'batches of its API committed by its worker'),
          proofOf(batchesLogged(site, 'worker-1'), 'by the worker of this version'),
        ),
      mend: async () => {
        await Promise.all(back.map((restore) => restore()));
      },
    };
  },
});
