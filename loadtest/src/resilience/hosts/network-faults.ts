import type { Experiment } from '../fault.ts';
import { backWithin } from '../process-faults.ts';
import { databasesLeft, holderOf, masterOf, otherRedises, succeeded, together } from './evidence.ts';
import { cutSeconds, silenceSeconds } from './fault-times.ts';
import { statusOf } from './galera-status.ts';
import type { DatabaseName, HostName, Site } from './parts.ts';
import { replicationOf } from './redis-server.ts';

function cutOff(name: string, database: DatabaseName, witness: DatabaseName): Experiment<Site> {
  return {
    name: `${name}: cut off for ${cutSeconds} s`,
    forSeconds: cutSeconds,
    withoutServiceSeconds: backWithin,
    strike: (site) => {
      const host = site.hosts[database];
      host.unplug();
      return {
        proof: () => together(host.unpluggedProof(), databasesLeft(site, witness, 2)),
        mend: () => host.plug(),
      };
    },
  };
}

export const databaseCut = cutOff('a database that takes no writes', 'database-2', 'database-3');
export const writerCut = cutOff('the database that takes the writes', 'database-1', 'database-3');

/** What a master without clients writes for its replicas' sake in some seconds, and more. */
const ownBytes = 1_000;

/** What it takes from then on is gone when the Sentinels make it a replica of another one. */
export const masterIsolated: Experiment<Site> = {
  name: 'the Redis master: cut from its replicas, clients still reach it',
  forSeconds: cutSeconds,
  withoutServiceSeconds: backWithin,
  strike: async (site) => {
    const { network } = site;
    const master = await masterOf(site);
    const others = otherRedises(master);
    network.cutFrom(master, others);
    const { offset: before } = await replicationOf(network.addressOf(master));
    return {
      proof: async () => {
        const { offset } = await replicationOf(network.addressOf(master));
        const alone = offset - before;
        return together(
          alone > ownBytes ? `${master} took ${alone} bytes that no replica got` : null,
          succeeded(site, master),
        );
      },
      mend: () => network.uncutFrom(master, others),
    };
  },
};

/** One of each, and of each the one that matters: the others have to take over from all of them at once. */
export const split: Experiment<Site> = {
  name: `a split for ${cutSeconds} s: address, an API, a worker, the writing database and the Redis master on the smaller side`,
  forSeconds: cutSeconds,
  withoutServiceSeconds: backWithin,
  holdSeconds: silenceSeconds,
  strike: async (site) => {
    const { network, sockets } = site;
    const master = await masterOf(site);
    const minority: HostName[] = [holderOf(site) ?? 'balancer-1', 'api-1', 'worker-1', 'database-1', master];
    network.split(minority);
    return {
      proof: async () => {
        const { cluster } = await statusOf(sockets['database-1']);
        const holder = holderOf(site, minority);
        return together(
          cluster === 'Primary' ? null : `database-1: ${cluster}`,
          databasesLeft(site, 'database-3', 2),
          succeeded(site, master),
          holder === undefined ? null : `${holder} holds the address too`,
        );
      },
      mend: () => network.join(minority),
    };
  },
};
