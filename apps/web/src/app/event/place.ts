import { liveEventStates, stateAt, type AttendanceView, type LiveEventState } from '@exco/contracts';
import type { EventFields } from './event-state';

/** Where a student is in the course of an event; each is a page. */
export type Place = 'waiting' | 'check-in' | 'stream' | 'check-out' | 'over';

/** The state that decides everything: what the server last said, moved on by the clock, never back. */
export function stateNow(event: EventFields, now: number): LiveEventState {
  const byClock = stateAt(event, now);
  return liveEventStates.indexOf(byClock) > liveEventStates.indexOf(event.state) ? byClock : event.state;
}

export function placeOf(state: LiveEventState, attendance: AttendanceView | null): Place {
  switch (state) {
    case 'scheduled':
      return 'waiting';
    case 'open':
    case 'live':
      return attendance ? 'stream' : 'check-in';
    case 'ended':
      return attendance && !attendance.checkedOutAt ? 'check-out' : 'over';
    case 'closed':
      return 'over';
  }
}

/** Whoever is checked out may still check out those they brought. */
export function mayBeAt(place: Place, state: LiveEventState, attendance: AttendanceView | null): boolean {
  if (place === 'check-out' && state === 'ended' && attendance) return true;
  return place === placeOf(state, attendance);
}

/** When the clock next changes the state, milliseconds since 1970; null when it never will. */
export function nextBoundary(event: EventFields, now: number): number | null {
  const boundaries = [event.preparesAt, event.opensAt, event.startsAt, event.endsAt, event.closesAt].map((at) =>
    Date.parse(at),
  );
  return boundaries.find((at) => at > now) ?? null;
}
