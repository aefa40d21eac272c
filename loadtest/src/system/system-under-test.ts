import type { Person } from '../plan/cast.ts';
import type { Truth } from '../truth/rows.ts';
import type { Admin } from './admin.ts';
import type { Watched } from './processes.ts';
import type { Work } from './work.ts';

/** What is tested: started for the run on this machine, or any deployment. */
export interface SystemUnderTest {
  url: string;
  admin: Admin;
  truth: Truth;
  /** The generator runs on the same machine, and takes its share of it. */
  sharesMachine: boolean;
  /** Nobody but the test's students can be there. */
  ownData: boolean;
  /** Null where that cannot be seen. */
  apiProcesses: number | null;
  workerProcesses: number | null;
  people: Person[];
  /** Empty where the processes cannot be seen. */
  processes(): Watched[];
  /** What Redis and the database have done so far; null where that cannot be seen. */
  work(): Promise<Work | null>;
  /** Kills every API process without warning and starts them again; null where that cannot be done. */
  restartApi: (() => Promise<void>) | null;
}
