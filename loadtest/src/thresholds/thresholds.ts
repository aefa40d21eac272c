import type { Profile } from '../plan/arrivals.ts';

/** What a run must keep. Milliseconds, unless the name says otherwise. */
export interface Thresholds {
  /** Why these, for the report. */
  because: string;
  checkInP99: number | null;
  countAgeP99: number | null;
  countAgeMax: number | null;
  /** From the first arrival until the last student is in. */
  everyoneInWithin: number | null;
  /** 503 with Retry-After is an answer, when it is retried. */
  busyAllowed: boolean;
  /** Speed is judged even while other programs use the machine. */
  othersAllowed: boolean;
  /** A generator whose arrivals come later than this has not offered the load that the plan says. */
  latestArrivals: number;
}

export interface LoadShape {
  profile: Profile;
  students: number;
  arriveWithinSeconds: number;
  slowDatabase: boolean;
  adminWork: boolean;
}

/** More arrivals a second than two cores carry that also run the generator: ten thousand in thirty seconds is 333. */
const beyondTheMachine = 400;
const latestArrivals = 250;
const manySockets = 10_000;

/**
 * The targets of the design's table of numbers, by the number of students and how fast they come. What admins do
 * meanwhile may double what students wait for.
 */
export function thresholdsFor(shape: LoadShape): Thresholds {
  const thresholds = withoutAdmins(shape);
  if (!shape.adminWork || thresholds.checkInP99 === null) return thresholds;
  const because = `${thresholds.because}, doubled while admins work`;
  return { ...thresholds, because, checkInP99: 2 * thresholds.checkInP99 };
}

function withoutAdmins({ profile, students, arriveWithinSeconds, slowDatabase }: LoadShape): Thresholds {
  const rate = students / arriveWithinSeconds;
  if (profile === 'overload')
    return {
      because: 'A rush that no machine of this kind carries: answered, not suffered, and full speed again afterwards',
      checkInP99: null,
      countAgeP99: null,
      countAgeMax: null,
      everyoneInWithin: null,
      busyAllowed: true,
      othersAllowed: false,
      // Of thirty seconds that bring three times what both, the generator too, have CPU for.
      latestArrivals: 1_000,
    };
  if (profile === 'opening')
    return {
      because: 'Of ten thousand who wait for the opening',
      checkInP99: 150,
      countAgeP99: 1_500,
      countAgeMax: null,
      everyoneInWithin: null,
      busyAllowed: false,
      othersAllowed: false,
      latestArrivals,
    };
  if (slowDatabase)
    return {
      because: 'The database was slow for some seconds: nothing lost, everybody in, late or not',
      checkInP99: null,
      countAgeP99: null,
      countAgeMax: null,
      everyoneInWithin: null,
      busyAllowed: true,
      othersAllowed: true,
      latestArrivals,
    };
  if (rate > beyondTheMachine)
    return {
      because: `${Math.round(rate)} arrivals a second are more than this kind of machine carries: everyone must get in, late but in`,
      checkInP99: null,
      countAgeP99: null,
      countAgeMax: null,
      everyoneInWithin: Math.max(30_000, 3_000 * arriveWithinSeconds),
      busyAllowed: true,
      othersAllowed: false,
      latestArrivals,
    };
  if (students > manySockets)
    return {
      because: 'More sockets than one process holds',
      checkInP99: 1_000,
      countAgeP99: null,
      countAgeMax: 10_000,
      everyoneInWithin: null,
      busyAllowed: false,
      othersAllowed: false,
      latestArrivals,
    };
  return {
    because: 'As for ten thousand students in thirty seconds',
    checkInP99: 250,
    countAgeP99: 1_500,
    countAgeMax: null,
    everyoneInWithin: null,
    busyAllowed: false,
    othersAllowed: false,
    latestArrivals,
  };
}

/** For the small run among the tests: correctness in full, speed only roughly, because other tests run beside it. */
export const smokeThresholds: Partial<Thresholds> = {
  because: 'A small run beside other tests: truth in full, speed only roughly',
  checkInP99: 5_000,
  countAgeP99: 10_000,
  othersAllowed: true,
  latestArrivals: 10_000,
};
