import { Injectable } from '@nestjs/common';
import type { AttendanceView, Person } from '@exco/contracts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import type { AttendanceRow } from '../records/attendance.ts';

const instant = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Attendance as a student sees it: with names, never with usernames. */
@Injectable()
export class AttendanceViews {
  constructor(private readonly roster: Roster) {}

  of({ checkedInAt, checkedInBy, checkedOutAt, checkedOutBy }: Omit<AttendanceRow, 'userId'>): AttendanceView {
    return {
      checkedInAt: instant(checkedInAt),
      checkedInBy: this.person(checkedInBy),
      checkedOutAt: checkedOutAt === null ? null : instant(checkedOutAt),
      checkedOutBy: checkedOutBy === null ? null : this.person(checkedOutBy),
      committed: true,
      revision: checkedOutAt === null ? 1 : 2,
    };
  }

  /** Accepted and durable, and not in the database yet. */
  accepted(me: Student, at: number): AttendanceView {
    const row = { checkedInAt: at, checkedInBy: me.id, checkedOutAt: null, checkedOutBy: null };
    return { ...this.of(row), committed: false, revision: 0 };
  }

  person(id: number): Person {
    return { id, displayName: this.roster.student(id)?.displayName ?? 'Somebody who has left the roster' };
  }
}
