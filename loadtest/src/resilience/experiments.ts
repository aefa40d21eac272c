import type { Experiment } from './fault.ts';
import { lineFaults } from './line-faults.ts';
import { processFaults } from './process-faults.ts';
import { controls, serverFaults } from './server-faults.ts';

/** In the order of the table. The controls come first: without them nothing else says anything. */
export const experiments: readonly Experiment[] = [...controls, ...processFaults, ...lineFaults, ...serverFaults];
