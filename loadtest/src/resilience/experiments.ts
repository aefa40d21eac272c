import { startBreakableSystem, type Parts } from './breakable-system.ts';
import type { Kind } from './carry-out.ts';
import type { Experiment } from './fault.ts';
import { experimentsOnHosts } from './hosts/experiments.ts';
import type { Site } from './hosts/parts.ts';
import { startSite } from './hosts/site.ts';
import { lineFaults } from './line-faults.ts';
import { processFaults } from './process-faults.ts';
import { controls, serverFaults } from './server-faults.ts';

/** In the order of the table. The controls come first: without them nothing else says anything. */
export const experiments: readonly Experiment[] = [...controls, ...processFaults, ...lineFaults, ...serverFaults];

export const onOneHost: Kind<Parts> = { experiments, arriveWithinSeconds: 14, start: startBreakableSystem };

/**
 * Longer: a cluster needs some seconds to agree that one of it is gone.
 * @param other root of a built checkout of another version
 */
export const onSeveralHosts = (other: string | null): Kind<Site> => ({
  experiments: experimentsOnHosts(other),
  arriveWithinSeconds: 20,
  start: ({ students }, cleanUp, say) => startSite(students, cleanUp, say),
});
