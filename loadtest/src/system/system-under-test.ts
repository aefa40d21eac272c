import type { RosterStudent } from '../plan/user-plan.ts';
import type { AttendanceSource } from '../checks/attendance-source.ts';
import type { Admin } from './admin.ts';
import type { Watched } from './processes.ts';
import type { StatementSource } from './statements.ts';
import type { Work } from './work.ts';

/** A server process that can be paused and resumed. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/** What is tested: started for the run on this machine, or any deployment. */
export interface SystemUnderTest {
  url: string;
  admin: Admin;
  attendance: AttendanceSource;
  /** The generator runs on the same machine, and takes its share of it. */
  sharesMachine: boolean;
  /** Nobody but the test's students can be there. */
  ownData: boolean;
  /** Null where that cannot be seen. */
  apiProcesses: number | null;
  workerProcesses: number | null;
  people: RosterStudent[];
  /** Empty where the processes cannot be seen. */
  processes(): Watched[];
  /** What Redis and the database have done so far; null where that cannot be seen. */
  work(): Promise<Work | null>;
  /** The database's work by statement; null where it is not recorded. */
  statements: StatementSource | null;
  /** To make it slow for a while; null where that cannot be done. */
  database: Pausable | null;
  /** Kills every API process without warning and starts them again; null where that cannot be done. */
  restartApi: (() => Promise<void>) | null;
}
