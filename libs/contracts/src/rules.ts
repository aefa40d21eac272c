/** Zod-free, so that the page can use the rule without carrying the schemas. */
export const liveEventStates = ['scheduled', 'open', 'live', 'ended', 'closed'] as const;

/** The life of an event: check-in from `open`, the stream from `live`, check-out in `ended`. */
export type LiveEventState = (typeof liveEventStates)[number];

export interface LiveEventTimes {
  opensAt: string;
  startsAt: string;
  endsAt: string;
  closesAt: string;
}

/** The state that the clock gives an event at `now` (milliseconds since 1970). Server and page use this one rule. */
export function stateAt(times: LiveEventTimes, now: number): LiveEventState {
  if (now >= Date.parse(times.closesAt)) return 'closed';
  if (now >= Date.parse(times.endsAt)) return 'ended';
  if (now >= Date.parse(times.startsAt)) return 'live';
  if (now >= Date.parse(times.opensAt)) return 'open';
  return 'scheduled';
}

/** The images of the connection test, by size in kB. */
export const connectionTestSizes = [64, 256, 1024] as const;
export type ConnectionTestSize = (typeof connectionTestSizes)[number];

/** As many classmates as one student may bring in one request. */
export const maximumClassmates = 200;
