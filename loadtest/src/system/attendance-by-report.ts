import type { Admin } from './admin.ts';
import type { Row, Totals, AttendanceSource } from '../checks/attendance-source.ts';

const when = (text: string | null) => (text === null ? null : Date.parse(text));

/** What the admins' attendance report says, for a database that cannot be read. */
export class AttendanceByReport implements AttendanceSource {
  readonly source = 'the admins’ attendance report';
  private readonly admin: Admin;
  private readonly idOf: ReadonlyMap<string, number>;

  /** @param idOf the ids of all students who take plan, by username: the report names whoever brought somebody by that */
  constructor(admin: Admin, idOf: ReadonlyMap<string, number>) {
    this.admin = admin;
    this.idOf = idOf;
  }

  async rows(eventId: number): Promise<Row[]> {
    const lines = await this.admin.attendance(eventId);
    return lines.map((line) => ({
      userId: line.userId,
      checkedInAt: Date.parse(line.checkedInAt),
      checkedInBy: this.idOf.get(line.checkedInByUsername) ?? 0,
      checkedOutAt: when(line.checkedOutAt),
      checkedOutBy: line.checkedOutByUsername === null ? null : (this.idOf.get(line.checkedOutByUsername) ?? 0),
      kbps: line.kbps,
      bytes: null,
    }));
  }

  async totals(eventId: number): Promise<Totals> {
    const rows = await this.rows(eventId);
    return { checkedIn: rows.length, checkedOut: rows.filter(({ checkedOutAt }) => checkedOutAt !== null).length };
  }

  async counter(eventId: number): Promise<Totals> {
    const { checkedIn, checkedOut } = (await this.admin.summary(eventId)).counts;
    return { checkedIn, checkedOut };
  }
}
