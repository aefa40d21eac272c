import type { UserFaults } from './user-faults.ts';
import type { Profile } from './arrivals.ts';

/** How the students of one run come, behave and leave. */
export interface ScenarioOptions {
  students: number;
  arriveWithinSeconds: number;
  profile: Profile;
  seed: number;
  pace: number;
  images: boolean;
  /** Everyone watches, and the totals come to rest. */
  holdSeconds: number;
  leaveWithinSeconds: number;
  generators: number;
  /** Kill the API while everyone watches. */
  cut: boolean;
  /** Slow the database down for some seconds while students come. */
  slowDatabase: boolean;
  /** Corrections and a change of the event while students come, as at real events. */
  interventions: boolean;
  /** Admins import students and ask for reports all the while. */
  adminWork: boolean;
  /** Seconds in which students come before check-in opens; of the profile `opening` alone. */
  waitForSeconds: number;
  /** The host moves the opening by so many seconds. */
  movesOpeningBySeconds: number;
  /** False: against a server that keeps nothing, so there is nothing to compare answers with. */
  checked: boolean;
  faults: UserFaults;
}
