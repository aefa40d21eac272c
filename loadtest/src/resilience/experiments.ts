import { startBreakableSystem, type Parts } from './breakable-system.ts';
import type { Kind } from './carry-out.ts';
import type { Experiment } from './fault.ts';
import { hostExperiments } from './hosts/experiments.ts';
import type { Site } from './hosts/parts.ts';
import { startSite } from './hosts/site.ts';
import { lineFaults } from './line-faults.ts';
import { processFaults } from './process-faults.ts';
import { controls, serverFaults } from './server-faults.ts';

/** In the order of the table. The controls come first: without them nothing else says anything. */
export const experiments: readonly Experiment[] = [...controls, ...processFaults, ...lineFaults, ...serverFaults];

export const onOneHost: Kind<Parts> = { experiments, arriveWithinSeconds: 14, start: startBreakableSystem };

/** Longer: a cluster needs five seconds to agree that one of it is gone. */
export const onSeveralHosts: Kind<Site> = {
  experiments: hostExperiments,
  arriveWithinSeconds: 20,
  start: ({ students }, cleanUp, say) => startSite(students, cleanUp, say),
};
