/** Zod-free, so that the page can use the rule without carrying the schemas. */
export const liveEventStates = ['scheduled', 'open', 'live', 'ended', 'closed'] as const;

/** The life of an event: check-in from `open`, the stream from `live`, check-out in `ended`. */
export type LiveEventState = (typeof liveEventStates)[number];

/** An id as it stands in an address. */
export const idInPath = /^[1-9]\d{0,9}$/;

/** Milliseconds since 1970, or as the contract writes them. */
export type Moment = number | string;

export interface LiveEventTimes {
  opensAt: Moment;
  startsAt: Moment;
  endsAt: Moment;
  closesAt: Moment;
}

/** The state that the clock gives an event at `now` (milliseconds since 1970). Server and page use this one rule. */
export function stateAt(times: LiveEventTimes, now: number): LiveEventState {
  const passed = (moment: Moment) => now >= (typeof moment === 'number' ? moment : Date.parse(moment));
  if (passed(times.closesAt)) return 'closed';
  if (passed(times.endsAt)) return 'ended';
  if (passed(times.startsAt)) return 'live';
  if (passed(times.opensAt)) return 'open';
  return 'scheduled';
}

/** A page may get ready so long before check-in opens, unless the event says otherwise. */
export const preparationMilliseconds = 15 * 60_000;

/** A connection on which nothing else was sent for so long is sent a `heartbeat`. */
export const heartbeatMilliseconds = 25_000;

/** As many classmates as one answer lists; further ones are found by `?search=`. */
export const mostClassmatesListed = 300;

/** The images of the connection test, by size in kB. */
export const connectionTestSizes = [64, 192, 256, 1024] as const;
export type ConnectionTestSize = (typeof connectionTestSizes)[number];

/** As many classmates as one student may bring in one request. */
export const maximumClassmates = 200;

/** Who leaves the roster with an import: nobody, whoever is not in its file, or whoever is. */
export const rosterModes = ['merge', 'replace', 'remove'] as const;
export type RosterMode = (typeof rosterModes)[number];
