import type { Broken, Experiment } from '../fault.ts';
import { backWithin } from '../process-faults.ts';
import { databasesLeft, holderOf, masterOf, succeeded, together, type Proof } from './evidence.ts';
import { silenceSeconds } from './fault-times.ts';
import type { HostName, Site } from './parts.ts';

/** From the strike until the proof: by then everybody else has agreed that it is gone. */
const offSeconds = 10;

/**
 * A host loses its power, and gets it back when everybody has left.
 * @param choose by what it is at that moment
 */
function powerOff<Name extends HostName>(
  name: string,
  choose: (site: Site) => Name | Promise<Name>,
  alsoProven: (site: Site, host: Name) => Proof | Promise<Proof> = () => '',
  more: Partial<Experiment<Site>> = {},
): Experiment<Site> {
  return {
    name: `${name}: off for good`,
    forSeconds: offSeconds,
    staysBroken: true,
    withoutServiceSeconds: backWithin,
    ...more,
    strike: async (site): Promise<Broken> => {
      const chosen = await choose(site);
      const host = site.hosts[chosen];
      await host.powerOff();
      return { proof: () => together(host.offProof(), alsoProven(site, chosen)), mend: () => host.powerOn() };
    },
  };
}

export const writerOff = powerOff(
  'the database that takes the writes',
  () => 'database-1',
  (site) => databasesLeft(site, 'database-3', 2),
);

export const masterOff = powerOff('the Redis master', masterOf, succeeded);

export const balancerOff = powerOff(
  'the balancer that holds the address',
  (site) => holderOf(site) ?? 'balancer-1',
  (site, host) => {
    const holder = holderOf(site, [host]);
    return holder === undefined ? null : `${holder} holds the address`;
  },
  { holdSeconds: silenceSeconds },
);

export const apiOff = powerOff('an API host', () => 'api-1', undefined, {
  holdSeconds: silenceSeconds,
  mayLoseAudit: true,
});

export const workerOff = powerOff('a worker host', () => 'worker-1');
