import { Injectable } from '@nestjs/common';
import type { AttendanceView, Person } from '@exco/contracts';
import { Roster } from '../../users/roster/roster.ts';
import { revisionOf, type AttendanceRow } from '../records/attendance.ts';
import type { AcceptedCheckIn } from '../records/receipt.ts';

const instant = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Attendance as a student sees it: with names, never with usernames. */
@Injectable()
export class AttendanceViews {
  constructor(private readonly roster: Roster) {}

  of(row: Omit<AttendanceRow, 'userId'>): AttendanceView {
    const { checkedInAt, checkedInBy, checkedOutAt, checkedOutBy } = row;
    return {
      checkedInAt: instant(checkedInAt),
      checkedInBy: this.person(checkedInBy),
      checkedOutAt: checkedOutAt === null ? null : instant(checkedOutAt),
      checkedOutBy: checkedOutBy === null ? null : this.person(checkedOutBy),
      committed: true,
      revision: revisionOf(row),
    };
  }

  /** Accepted and durable, and not in the database yet. */
  accepted({ at, byId }: AcceptedCheckIn): AttendanceView {
    const row = { checkedInAt: at, checkedInBy: byId, checkedOutAt: null, checkedOutBy: null };
    return { ...this.of(row), committed: false, revision: 0 };
  }

  person(id: number): Person {
    return { id, displayName: this.roster.student(id)?.displayName ?? 'Somebody who has left the roster' };
  }
}
