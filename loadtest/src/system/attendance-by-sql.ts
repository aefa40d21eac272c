import type { openDatabase } from '@exco/persistence';
import type { Row, Totals, AttendanceSource } from '../checks/attendance-source.ts';

type Source = Awaited<ReturnType<typeof openDatabase>>;

interface Attendance {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  kbps: number;
  bytes: number;
}

/** The rows themselves, read past the system. */
export class AttendanceBySql implements AttendanceSource {
  readonly source = 'SQL';
  private readonly database: Source;

  constructor(database: Source) {
    this.database = database;
  }

  async rows(eventId: number): Promise<Row[]> {
    const rows = await this.database.query<Attendance[]>(
      `SELECT user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy,
              checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, kbps, test_bytes AS bytes
       FROM attendances WHERE live_event_id = ? AND revoked_at IS NULL`,
      [eventId],
    );
    return rows.map((row) => ({
      ...row,
      checkedInAt: row.checkedInAt.getTime(),
      checkedOutAt: row.checkedOutAt?.getTime() ?? null,
    }));
  }

  async totals(eventId: number): Promise<Totals> {
    const [row] = await this.database.query<{ checkedIn: string; checkedOut: string }[]>(
      'SELECT COUNT(*) AS checkedIn, COUNT(checked_out_at) AS checkedOut FROM attendances WHERE live_event_id = ? AND revoked_at IS NULL',
      [eventId],
    );
    return { checkedIn: Number(row?.checkedIn), checkedOut: Number(row?.checkedOut) };
  }

  async counter(eventId: number): Promise<Totals> {
    const [row] = await this.database.query<Totals[]>(
      'SELECT checked_in AS checkedIn, checked_out AS checkedOut FROM live_event_counters WHERE live_event_id = ?',
      [eventId],
    );
    return row ?? { checkedIn: 0, checkedOut: 0 };
  }
}
