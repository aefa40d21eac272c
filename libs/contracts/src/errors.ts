/**
 * Every error of the API: its HTTP status and the sentence a person can act on.
 * The answer is `{ code, message, details? }`.
 */
export const apiErrors = {
  BAD_REQUEST: [400, 'The request is not in the form this route takes; see details.'],
  NOT_SIGNED_IN: [401, 'Sign in with your username first.'],
  SIGNED_LINK_REQUIRED: [403, 'Open your personal link, or start from your school’s platform.'],
  UNKNOWN_USERNAME: [401, 'We don’t know this username. Check its spelling, or ask your school.'],
  BAD_TOKEN: [401, 'This link is not valid any more. Ask your school for a new one.'],
  ADMIN_TOKEN_REQUIRED: [401, 'Send the admin token as “Authorization: Bearer …”.'],
  CHECK_IN_REQUIRED: [403, 'Check in to watch the stream.'],
  CHECK_IN_REVOKED: [403, 'Your check-in was taken back. Ask your school.'],
  FOREIGN_ORIGIN: [403, 'This is for pages of this site only.'],
  NOT_FOUND: [404, 'There is nothing at this address.'],
  EVENT_NOT_FOUND: [404, 'There is no such event.'],
  USER_NOT_FOUND: [404, 'There is no such student.'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time. Check your connection, then try again.'],
  CHECK_IN_NOT_OPEN: [409, 'Check-in has not opened yet.'],
  CHECK_IN_CLOSED: [409, 'Check-in is over: the event has ended.'],
  CHECK_OUT_NOT_OPEN: [409, 'Check-out opens when the event ends.'],
  CHECK_OUT_CLOSED: [409, 'Check-out is over: the event is closed.'],
  EVENT_RUNNING: [409, 'This event is going on or about to. It can be deleted once it is closed.'],
  NOT_CHECKED_IN: [409, 'This student is not checked in: there is nothing to correct.'],
  ROSTER_IMPORT_RUNNING: [409, 'Another roster import is running. Wait until it is done, then try again.'],
  PAYLOAD_TOO_LARGE: [413, 'The request is too large.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Send JSON, with “Content-Type: application/json”.'],
  ROSTER_UNREADABLE: [422, 'The roster file can’t be read, and nothing was imported; see details.'],
  WRONG_DIGITS: [422, 'These are not the last four digits of your username.'],
  CONNECTION_TOO_SLOW: [
    422,
    'Your connection is too slow for the stream. Move closer to the router or try another network, then test again.',
  ],
  DIGITS_LOCKED: [429, 'Too many wrong digits. Wait a moment, then try again.'],
  TOO_MANY_TRIES: [429, 'Too many tries to sign in with names like this. Wait a moment, then try again.'],
  TOO_MANY_REQUESTS: [429, 'Too many requests. Wait a moment, then try again.'],
  HEADERS_TOO_LARGE: [
    431,
    'The headers of the request are too large. Delete the cookies of this site, then try again.',
  ],
  INTERNAL_ERROR: [500, 'Something went wrong on our side. Try again in a moment.'],
  BUSY: [503, 'Very many are checking in right now. Your entries are kept; try again in a moment.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof apiErrors;

/** The body of every answer that is an error. */
export interface ApiErrorBody {
  code: ErrorCode;
  message: string;
  details?: unknown;
}
