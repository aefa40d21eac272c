import type { DatabaseFault } from '../self-test/database-faults.ts';
import type { Parts } from './breakable-system.ts';

/** A part that is broken at the moment. */
export interface Broken {
  /** Asked just before it is mended. Null: it cannot be shown that it struck, and then the experiment says nothing. */
  proof: () => string | null | Promise<string | null>;
  mend: () => unknown;
}

/** What can be wrong with a run, as it stands in the verdict. */
export type Objection = 'not struck' | 'lost' | 'doubled' | 'changed' | 'service' | 'other';

/** What an experiment allows, and what it must show. */
export interface Expectation {
  name: string;
  /** The longest time in which no check-in may be acknowledged: what nobody can serve through, and the time to come back. */
  withoutServiceSeconds: number;
  /** An API process that is killed loses the audit of its last second, as decided. */
  mayLoseAudit?: boolean;
  /** No request may go without an answer: whoever is told to stop finishes first. */
  answersAll?: boolean;
  /** A control: for all of these reasons, or the harness is of no use. */
  mustFail?: Objection[];
  /** What follows from them. */
  mayAlsoFail?: Objection[];
}

export interface Experiment<P = Parts> extends Expectation {
  strike: (parts: P) => Broken | Promise<Broken>;
  /** How long it stays broken after `strike`. */
  forSeconds: number;
  /** It is mended only when everybody has left; `forSeconds` after the strike everything has to go on without it. */
  staysBroken?: boolean;
  /** Why it cannot be carried out here; then it is left out. */
  hindrance?: string;
  /** Students come for so long; unless given, as long as in every experiment of its kind. */
  arriveWithinSeconds?: number;
  /** They watch for so long before the figures they see are compared. */
  holdSeconds?: number;
  /** Servers whose disks can be filled. */
  smallDisks?: boolean;
  /** Of a control: done to the database once everybody watches. */
  falsifies?: DatabaseFault[];
}
