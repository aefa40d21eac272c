import type { Experiment } from '../fault.ts';
import { backWithin } from '../process-faults.ts';
import { masterOf, otherRedises, together } from './evidence.ts';
import { cutSeconds } from './fault-times.ts';
import { statusOf } from './galera-status.ts';
import type { HostName, Site } from './parts.ts';

export const undisturbed: Experiment<Site> = {
  name: 'control: nothing is broken',
  forSeconds: 0,
  withoutServiceSeconds: 1,
  answersAll: true,
  strike: () => ({ proof: () => 'nothing was to strike', mend: () => undefined }),
};

/** Nobody is left who may say which database and which Redis go on. */
export const withoutMajority: Experiment<Site> = {
  name: `control: two databases and two Redis, the masters among them, cut off for ${cutSeconds} s`,
  forSeconds: cutSeconds,
  withoutServiceSeconds: backWithin,
  mustFail: ['service'],
  strike: async (site) => {
    const master = await masterOf(site);
    const [otherRedis = master] = otherRedises(master);
    const names: HostName[] = ['database-1', 'database-2', master, otherRedis];
    const cut = names.map((name) => site.hosts[name]);
    for (const host of cut) host.unplug();
    return {
      proof: async () => {
        const { cluster } = await statusOf(site.sockets['database-3']);
        return together(
          cluster === 'Primary' ? null : `database-3: ${cluster}`,
          ...cut.map((host) => host.unpluggedProof()),
        );
      },
      mend: () => {
        for (const host of cut) host.plug();
      },
    };
  },
};
