import type { Experiment } from '../fault.ts';
import { undisturbed, withoutMajority } from './controls.ts';
import { databaseCut, masterIsolated, split, writerCut } from './network-faults.ts';
import type { Site } from './parts.ts';
import { rolling, twoWriters } from './planned-work.ts';
import { twoVersions } from './two-versions.ts';
import { apiOff, balancerOff, masterOff, workerOff, writerOff } from './power-faults.ts';

/**
 * In the order of the table. The controls come first: without them nothing else says anything.
 * @param other root of a built checkout of another version
 */
export const experimentsOnHosts = (other: string | null): readonly Experiment<Site>[] => [
  undisturbed,
  withoutMajority,
  databaseCut,
  writerCut,
  writerOff,
  twoWriters,
  masterIsolated,
  masterOff,
  balancerOff,
  apiOff,
  workerOff,
  split,
  rolling,
  twoVersions(other),
];
