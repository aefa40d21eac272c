import { Injectable } from '@nestjs/common';
import type { Classmate } from '@exco/contracts';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';

/** Whom a student may bring to an event. */
@Injectable()
export class ClassmatesService {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly reader: AttendanceReader,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND */
  async of(me: Student, eventId: number): Promise<Classmate[]> {
    const event = await this.events.findFor(me, eventId);
    const classmates = [...this.roster.classmatesOf(me)].filter(([classmate]) => concerns(event, classmate));
    const ids = classmates.map(([student]) => student.id);
    // Without the database the list still serves: whoever is there already is found out by the check-in.
    const present = await this.reader.checkedIn(eventId, ids);
    return classmates.map(([{ id, displayName }, { name }]) => ({
      id,
      displayName,
      className: name,
      checkedIn: present.kind === 'found' && present.userIds.has(id),
    }));
  }
}
