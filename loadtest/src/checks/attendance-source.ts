/** One attendance as the database has it. Times are milliseconds since 1970. */
export interface Row {
  userId: number;
  checkedInAt: number;
  checkedInBy: number;
  checkedOutAt: number | null;
  checkedOutBy: number | null;
  kbps: number | null;
  bytes: number | null;
}

export interface Totals {
  checkedIn: number;
  checkedOut: number;
}

/** Where the truth is looked up after a run: in the database itself, or through what an admin may ask. */
export interface AttendanceSource {
  /** “SQL” or “the admins’ CSV”, for the report. */
  source: string;
  rows(eventId: number): Promise<Row[]>;
  /** How many rows there are. */
  totals(eventId: number): Promise<Totals>;
  /** The counter that the system keeps; null where it cannot be seen apart from the rows. */
  counter(eventId: number): Promise<Totals | null>;
}
