import {
  type AttendanceView,
  type Counts,
  type EventView,
  liveEventStates,
  type LiveEventState,
} from '@exco/contracts';

/** The event without what has a revision of its own. */
export type EventFields = Omit<EventView, 'attendance' | 'attendanceRevision' | 'counts' | 'revision'>;

/** What the page knows, each part with the revision that it has. */
export interface EventState {
  event: EventFields;
  eventRevision: number;
  attendance: AttendanceView | null;
  attendanceRevision: number;
  counts: Counts;
  /** Of the last live message with counts; null while none came over this connection. */
  countsRevision: number | null;
}

/** `answer`: to a request. `live`: a live message. `own`: what an act of this page has just done. */
export type Source = 'answer' | 'live' | 'own';

export type Patch =
  | { part: 'event'; event: EventFields }
  | { part: 'attendance'; attendance: AttendanceView | null }
  | { part: 'counts'; eventId: number; counts: Counts };

/**
 * The state after a patch, whatever order answers and messages arrive in: of two revisions the higher is newer. The
 * same object when the patch says nothing new.
 * @param revision of the event or the attendance; of counts the number of the message, 0 for an answer
 */
export function apply(state: EventState, source: Source, revision: number, patch: Patch): EventState {
  switch (patch.part) {
    case 'event':
      if (patch.event.id !== state.event.id || revision < state.eventRevision) return state;
      return {
        ...state,
        event: {
          ...patch.event,
          state: revision === state.eventRevision ? laterState(state.event, patch.event) : patch.event.state,
          // Told only to who asks, and valid until it is told anew.
          ...((patch.event.opening ?? state.event.opening) && { opening: patch.event.opening ?? state.event.opening }),
        },
        eventRevision: revision,
      };
    case 'attendance':
      if (revision < state.attendanceRevision) return state;
      if (revision === state.attendanceRevision && !saysMore(patch.attendance, state.attendance)) return state;
      return { ...state, attendance: patch.attendance, attendanceRevision: revision };
    case 'counts':
      if (patch.eventId !== state.event.id) return state;
      // Answers may be older than the connection's latest message, and carry no number to tell.
      if (source !== 'live') return state.countsRevision === null ? { ...state, counts: patch.counts } : state;
      if (state.countsRevision !== null && revision < state.countsRevision) return state;
      return { ...state, counts: patch.counts, countsRevision: revision };
  }
}

/** Within a revision an event only moves on with the clock. */
function laterState(known: EventFields, heard: EventFields): LiveEventState {
  return liveEventStates.indexOf(heard.state) < liveEventStates.indexOf(known.state) ? known.state : heard.state;
}

/**
 * Of two with the same revision: what is not committed yet has no revision of its own, and an answer that was written
 * before it knows nothing of it.
 */
function saysMore(heard: AttendanceView | null, known: AttendanceView | null): boolean {
  const weight = (one: AttendanceView | null) =>
    one ? 1 + Number(one.committed) + 2 * Number(one.checkedOutAt !== null) : 0;
  return weight(heard) > weight(known);
}
