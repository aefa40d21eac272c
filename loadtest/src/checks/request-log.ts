/**
 * What the generators asked and what they were answered, kept in full: the verdict compares every line of it with the
 * database. Times are milliseconds since 1970.
 */
export interface CheckInTry {
  actorId: number;
  sentAt: number;
  /** 0 when no answer came: then it may or may not have been written. */
  answeredAt: number;
  status: number;
  kbps: number;
  bytes: number;
  asked: { userId: number; right: boolean }[];
  /** Null when the answer was an error. */
  results: CheckInResult[] | null;
}

export interface CheckInResult {
  userId: number;
  outcome: string;
  checkedInAt: number | null;
  checkedInBy: number | null;
}

export interface CheckOutTry {
  actorId: number;
  sentAt: number;
  answeredAt: number;
  status: number;
  asked: number[];
  results: { userId: number; outcome: string; checkedOutAt: number | null }[] | null;
}

/** An attendance that a student was told of, by an answer or by a live message. */
export interface Told {
  userId: number;
  checkedInAt: number;
  checkedInBy: number;
  checkedOutAt: number | null;
  checkedOutBy: number | null;
  /** False: accepted, and not in the database yet, so the times are not final. */
  committed: boolean;
}

export interface CheckOutList {
  actorId: number;
  userIds: number[];
}

export interface Log {
  checkIns: CheckInTry[];
  checkOuts: CheckOutTry[];
  told: Told[];
  lists: CheckOutList[];
}

export const emptyLog = (): Log => ({ checkIns: [], checkOuts: [], told: [], lists: [] });

export function appendLog(into: Log, from: Log): void {
  for (const one of from.checkIns) into.checkIns.push(one);
  for (const one of from.checkOuts) into.checkOuts.push(one);
  for (const one of from.told) into.told.push(one);
  for (const one of from.lists) into.lists.push(one);
}
